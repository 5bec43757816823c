// The only way to the server. Answers are data or an ApiError with a code; texts are never matched.
import type { Place, Session } from './types'

export type ErrorCode =
  | 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict'
  | 'too_large' | 'unavailable' | 'internal' | 'offline' | 'timeout'

export class ApiError extends Error {
  readonly status: number
  readonly code: ErrorCode
  readonly reason: string
  readonly fields: Record<string, string>
  readonly detail: string
  /** Seconds the server asked us to wait. */
  readonly retryAfter: number
  /** Heard itself answered with one of its codes, not some proxy on the way. */
  readonly fromHeard: boolean

  constructor(status: number, code: ErrorCode, more: Partial<Pick<ApiError, 'reason' | 'fields' | 'detail' | 'retryAfter' | 'fromHeard'>> = {}) {
    super(`${status} ${code} ${more.reason ?? ''}`)
    this.status = status
    this.code = code
    this.reason = more.reason ?? ''
    this.fields = more.fields ?? {}
    this.detail = more.detail ?? ''
    this.retryAfter = more.retryAfter ?? 0
    this.fromHeard = more.fromHeard ?? false
  }

  /** The server did not answer: nothing is known about what it holds. */
  get unreachable(): boolean {
    return this.status === 0
  }
}

export interface CallOptions {
  /** A call that no person made: it does not extend the idle lock. */
  background?: boolean
  timeout?: number
  /** Ends the call before its time. */
  stop?: AbortSignal
  /** A token of the caller's own: the call is then never repeated with another session's token. */
  csrf?: string
  /** An endpoint that belongs to no place, as /api/demo does. */
  open?: boolean
  /** Without cookie and token: nobody's session is behind it. */
  bare?: boolean
  /** Goes on while the page is being left. */
  keepalive?: boolean
}

const wait = 10_000
const tokens = new Map<Place, string>()

/** In memory only: each page asks for the session when it opens. */
export function rememberCsrf(place: Place, session: Session | undefined): void {
  if (session?.csrf) tokens.set(place, session.csrf)
  else tokens.delete(place)
}

/** For a call that can't be made here: bytes that are no JSON. */
export function csrfOf(place: Place): string {
  return tokens.get(place) ?? ''
}

const codes: Record<number, ErrorCode> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 413: 'too_large' }

export async function problem(answer: Response): Promise<ApiError> {
  const fallback: ErrorCode = codes[answer.status] ?? (answer.status === 429 || answer.status >= 502 ? 'unavailable' : answer.status >= 500 ? 'internal' : 'invalid')
  const retryAfter = Number(answer.headers.get('Retry-After')) || 0
  const body = await answer.json().catch(() => ({}))
  return new ApiError(answer.status, body.code ?? fallback, { reason: body.reason, fields: body.fields, detail: body.detail, retryAfter, fromHeard: typeof body.code === 'string' })
}

async function once<T>(place: Place, method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET' && !options.bare) headers['X-Heard-CSRF'] = options.csrf ?? tokens.get(place) ?? ''
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.background) headers['X-Heard-Background'] = '1'
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), options.timeout ?? wait)
  options.stop?.addEventListener('abort', () => stop.abort())
  try {
    const answer = await fetch(options.open ? `/api${path}` : `/api/${place}${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: options.bare ? 'omit' : 'same-origin',
      keepalive: options.keepalive,
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal
    })
    if (!answer.ok) throw await problem(answer)
    if (answer.status === 204) return undefined as T
    // A sign-in page of some Wi-Fi answers 200 with HTML. That is no answer of ours.
    if (!answer.headers.get('Content-Type')?.includes('json')) throw new ApiError(0, 'offline')
    return (await answer.json()) as T
  } catch (fault) {
    if (fault instanceof ApiError) throw fault
    throw new ApiError(0, stop.signal.aborted ? 'timeout' : 'offline')
  } finally {
    clearTimeout(timer)
  }
}

async function call<T>(place: Place, method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  try {
    return await once<T>(place, method, path, body, options)
  } catch (fault) {
    if (!(fault instanceof ApiError) || method === 'GET' || options.bare || options.csrf !== undefined || fault.status !== 403 || fault.reason !== 'csrf') throw fault
    // The token belongs to an older session: fetch the present one and try once more.
    rememberCsrf(place, await once<Session>(place, 'GET', '/session', undefined, { background: true }))
    return once<T>(place, method, path, body, options)
  }
}

export interface Api {
  get<T>(path: string, options?: CallOptions): Promise<T>
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  put<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  delete<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
}

export function api(place: Place): Api {
  return {
    get: (path, options) => call(place, 'GET', path, undefined, options),
    post: (path, body = {}, options) => call(place, 'POST', path, body, options),
    put: (path, body = {}, options) => call(place, 'PUT', path, body, options),
    delete: (path, body, options) => call(place, 'DELETE', path, body, options)
  }
}
