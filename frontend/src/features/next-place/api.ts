import { ApiError, api } from '../../lib/http'
import type { MoveChoice, MoveOff, NextPlace } from '../../lib/next-types'
import type { Shown } from './state.svelte'

const young = api('young')
const patience = 60_000

export const fetchNext = (): Promise<NextPlace> => young.get('/next-place', { background: true })
export const fetchOff = (): Promise<MoveOff> => young.get('/next-place/off', { background: true })
export const fetchPack = (): Promise<Shown> => young.get('/next-place/pack', { background: true })
export const sendChoice = (move: string, choice: MoveChoice): Promise<void> => young.post('/next-place/choice', { move, choice })

export const fileUrl = (id: string, name: string): string => `/api/young/next-place/files/${encodeURIComponent(id)}/${name}`

/** The bytes of a photo or a voice, to be kept. */
export async function fetchFile(id: string, name: string): Promise<ArrayBuffer> {
  let answer: Response
  try {
    answer = await fetch(fileUrl(id, name), { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(patience) })
  } catch {
    throw new ApiError(0, 'offline')
  }
  // A sign-in page of some Wi-Fi answers 200 with HTML.
  if (!answer.ok || !/^(image|audio)\//.test(answer.headers.get('Content-Type') ?? '')) throw new ApiError(answer.ok ? 0 : answer.status, answer.ok ? 'offline' : 'not_found')
  try {
    return await answer.arrayBuffer()
  } catch {
    throw new ApiError(0, 'offline')
  }
}
