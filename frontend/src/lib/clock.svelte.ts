// The server's clock is the truth. This keeps the difference to the phone's, and ticks once a second while someone looks.

const state = $state({ now: Date.now() })
let offset = 0
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

export function setServerTime(iso: string): void {
  const server = Date.parse(iso)
  if (!Number.isNaN(server)) offset = server - Date.now()
  state.now = Date.now() + offset
}

/** The server's time in ms, by the difference last seen. Not reactive. */
export function serverNow(): number {
  return Date.now() + offset
}

/** Reactive: read inside a component that called ticking(). */
export const clock = {
  get now(): number {
    return state.now
  }
}

/** Use in $effect(ticking): keeps clock.now moving while the component is there. */
export function ticking(): () => void {
  watchers++
  state.now = serverNow()
  timer ??= setInterval(() => {
    state.now = serverNow()
  }, 1000)
  return () => {
    watchers--
    if (watchers > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
