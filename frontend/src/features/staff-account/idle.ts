/** The idle lock as seen by the page: hides at ten minutes by its own clock, whatever the server would say,
 *  and tells the server of acts (at most once a minute) so that reading a long card is not taken for leaving. */

export const IDLE_AFTER_MS = 10 * 60_000
export const TELL_EVERY_MS = 60_000

export class IdleWatch {
  #lastAct: number
  #lastTold: number

  constructor(now: number) {
    this.#lastAct = now
    this.#lastTold = now
  }

  /** Someone touched the page. True when the server should hear of it. */
  act(now: number): boolean {
    this.#lastAct = now
    if (now - this.#lastTold < TELL_EVERY_MS) return false
    this.#lastTold = now
    return true
  }

  /** Kept apart from timers: a phone that slept for an hour is idle at its first tick. */
  isIdle(now: number): boolean {
    return now - this.#lastAct >= IDLE_AFTER_MS
  }

  reset(now: number): void {
    this.#lastAct = now
    this.#lastTold = now
  }
}

export interface WatchOptions {
  now: () => number
  tell: () => void
  lock: () => void
}

/** Listens to the page until the returned function is called. */
export function watchIdle(options: WatchOptions): () => void {
  const watch = new IdleWatch(options.now())
  const act = () => {
    // The first touch after a sleep must not count as presence: it would open what should be locked.
    if (watch.isIdle(options.now())) options.lock()
    else if (watch.act(options.now())) options.tell()
  }
  const look = () => {
    if (watch.isIdle(options.now())) options.lock()
  }
  const timer = setInterval(look, 5_000)
  const acts = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const
  for (const name of acts) addEventListener(name, act, { passive: true, capture: true })
  document.addEventListener('visibilitychange', look)
  addEventListener('pageshow', look)
  return () => {
    clearInterval(timer)
    for (const name of acts) removeEventListener(name, act, { capture: true })
    document.removeEventListener('visibilitychange', look)
    removeEventListener('pageshow', look)
  }
}
