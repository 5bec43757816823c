// A file on its way to the server, piece by piece: a home's wifi drops, and what has arrived is not sent again.
import { ApiError, csrfOf, problem } from './http'
import { reached } from './online.svelte'
import { refreshSession, session } from './session.svelte'
import { staffApi } from './staff-api'

export interface Target {
  kind: 'photo' | 'panorama' | 'guide' | 'voice'
  owner: { kind: 'place' | 'move'; id: string }
}

export interface Uploaded {
  id: string
  w: number
  h: number
  colour: string
  bytes: number
  /** Of a voice: what its one part is called, and how long it is. */
  name?: string
  seconds?: number
}

/** waiting: there is no way to the server just now. working: all of it is there, and is being made ready. */
export type Stage = 'sending' | 'waiting' | 'working'

export interface UploadOptions {
  /** 0 to 1 of the bytes that have arrived. */
  onprogress?: (share: number, stage: Stage) => void
  stop?: AbortSignal
}

interface Begun {
  id: string
  offset: number
  piece: number
}
interface Looked {
  offset: number
  size: number
  state: 'receiving' | 'working' | 'done' | 'refused'
  reason?: string
  file?: Partial<Uploaded> & { id: string }
}

/** The server looked at it and won't have it: trying again changes nothing. */
export class Refused extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

export const largestPhoto = 30 << 20
export const largestGuide = 10 << 20
export const largestVoice = 2 << 20

const pieceWait = 60_000
const lookEvery = 700
const waits = [1000, 2000, 5000, 10_000, 20_000]

/** Ends early when the browser says that it is online again, or when somebody stops it. */
function pause(ms: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      removeEventListener('online', end)
      stop?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    addEventListener('online', end)
    stop?.addEventListener('abort', end)
  })
}

const path = (id: string): string => `/uploads/${encodeURIComponent(id)}`
const passing = (fault: unknown): boolean => fault instanceof ApiError && (fault.unreachable || fault.status === 429 || fault.status >= 500)

/** One piece, as bytes. */
async function put(id: string, offset: number, piece: Blob, stop?: AbortSignal): Promise<void> {
  const ends = new AbortController()
  const timer = setTimeout(() => ends.abort(), pieceWait)
  const end = (): void => ends.abort()
  stop?.addEventListener('abort', end)
  try {
    const answer = await fetch(`/api/${session.place}${path(id)}/${offset}`, {
      method: 'PUT',
      // In the background: somebody has begun it, and nobody need be there while it goes on.
      headers: { Accept: 'application/json', 'Content-Type': 'application/octet-stream', 'X-Heard-CSRF': csrfOf(session.place), 'X-Heard-Background': '1' },
      body: piece,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: ends.signal
    })
    if (!answer.ok) throw await problem(answer)
  } catch (fault) {
    throw fault instanceof ApiError ? fault : new ApiError(0, ends.signal.aborted ? 'timeout' : 'offline')
  } finally {
    clearTimeout(timer)
    stop?.removeEventListener('abort', end)
  }
}

/** Sends until all of it is there. Where the server stands is asked again after every fault: it alone knows. */
async function send(begun: Begun, file: Blob, { onprogress, stop }: UploadOptions): Promise<void> {
  let offset = begun.offset
  let faults = 0
  let renewed = false
  while (offset < file.size) {
    if (stop?.aborted) return
    try {
      await put(begun.id, offset, file.slice(offset, offset + begun.piece), stop)
      offset = Math.min(file.size, offset + begun.piece)
      faults = 0
      renewed = false
      reached(true)
      onprogress?.(offset / file.size, 'sending')
    } catch (fault) {
      if (stop?.aborted) return
      const token = fault instanceof ApiError && fault.reason === 'csrf' && !renewed
      const elsewhere = fault instanceof ApiError && fault.status === 409 && fault.reason === 'offset' && faults < waits.length
      if (!token && !elsewhere && !passing(fault)) throw fault
      if (token) {
        renewed = true
        await refreshSession()
        continue
      }
      if (passing(fault)) {
        onprogress?.(offset / file.size, 'waiting')
        await pause(waits[Math.min(faults, waits.length - 1)] ?? 1000, stop)
      }
      faults++
      const now = await look(begun.id, stop)
      if (now) {
        if (now.state !== 'receiving') return
        offset = now.offset
      }
    }
  }
}

/** Where it stands; nothing when the server can't be reached. */
async function look(id: string, stop?: AbortSignal): Promise<Looked | undefined> {
  try {
    return await staffApi().get<Looked>(path(id), { background: true, stop })
  } catch (fault) {
    if (passing(fault)) return undefined
    throw fault
  }
}

async function made(id: string, { onprogress, stop }: UploadOptions): Promise<Uploaded> {
  onprogress?.(1, 'working')
  for (let faults = 0; !stop?.aborted; ) {
    const now = await look(id, stop)
    if (now?.state === 'done' && now.file) return { w: 0, h: 0, colour: '', bytes: 0, ...now.file }
    if (now?.state === 'refused') throw new Refused(now.reason ?? '')
    faults = now ? 0 : faults + 1
    await pause(now ? lookEvery : (waits[Math.min(faults, waits.length - 1)] ?? 1000), stop)
  }
  throw new DOMException('stopped', 'AbortError')
}

/** Why it is not worth sending. */
function unfit(kind: Target['kind'], { size, type }: Blob): string | undefined {
  const [name, largest] = kind === 'voice' ? (['voice', largestVoice] as const) : kind === 'guide' ? (['guide', largestGuide] as const) : (['photo', largestPhoto] as const)
  if (size > largest && kind === 'voice' && type.startsWith('video/')) return 'voice_video'
  return size === 0 ? `${name}_empty` : size > largest ? `${name}_too_big` : undefined
}

/** Sends a file for a place or a move and gives what became of it. */
export async function upload(target: Target, file: Blob, options: UploadOptions = {}): Promise<Uploaded> {
  const why = unfit(target.kind, file)
  if (why) throw new Refused(why)
  options.onprogress?.(0, 'sending')
  const begun = await begin(target, file.size, options)
  const drop = (): void => void staffApi().delete(path(begun.id)).catch(() => undefined)
  options.stop?.addEventListener('abort', drop)
  try {
    await send(begun, file, options)
    return await made(begun.id, options)
  } finally {
    options.stop?.removeEventListener('abort', drop)
  }
}

/** Nothing is there yet: a beginning that was not answered is simply begun again. */
async function begin(target: Target, size: number, { onprogress, stop }: UploadOptions): Promise<Begun> {
  for (let faults = 0; ; faults++) {
    try {
      return await staffApi().post<Begun>('/uploads', { ...target, size })
    } catch (fault) {
      if (fault instanceof ApiError && fault.reason && (fault.status === 422 || fault.reason === 'uploads_full')) throw new Refused(fault.reason)
      if (!passing(fault)) throw fault
      onprogress?.(0, 'waiting')
      await pause(waits[Math.min(faults, waits.length - 1)] ?? 1000, stop)
      if (stop?.aborted) throw fault
    }
  }
}
