// A voice note as it is kept: bytes, fetched for one hearing.
import { ApiError } from './http'
import type { Place } from './types'

const patience = 30_000

export const fetchSound = (place: Place, path: string): Promise<Blob> => fetchSoundAt(`/api/${place}${path}`)

export async function fetchSoundAt(url: string): Promise<Blob> {
  let answer: Response
  try {
    answer = await fetch(url, { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(patience) })
  } catch {
    throw new ApiError(0, 'offline')
  }
  const type = answer.headers.get('Content-Type') ?? ''
  if (!answer.ok || !type.startsWith('audio/')) throw new ApiError(answer.status, 'not_found')
  return new Blob([await answer.arrayBuffer()], { type })
}
