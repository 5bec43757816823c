// Live changes: a stream that only says "something changed". What changed is fetched again with the
// viewer's own rights, also after each reconnect and each wake, so a missed event is never a missed change.
import { setServerTime } from './clock.svelte'
import { reached } from './online.svelte'
import type { Place } from './types'

// The server sends a ping each 15 s. Three missed: the line is dead, whatever the socket says.
const silence = 45_000
const longest = 30_000

/** `at` is when the screen's data was last known to be true; `connected` whether changes arrive by themselves. */
export const live = $state<{ connected: boolean; at: number; stalledSince?: string }>({ connected: false, at: 0 })

/** Told by the session and each ping: Heard is slow to tell people, since when; or it is not. */
export function setStalled(since: string | undefined): void {
  live.stalledSince = since
}

const listeners = new Set<() => void>()

/** Use in $effect(() => onLive(refetch)). */
export function onLive(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function tellLive(): void {
  for (const listener of listeners) listener()
}

/** Called by whoever fetched: the data on screen is true as of now. */
export function fresh(): void {
  live.at = Date.now()
}

export function startLive(place: Place): () => void {
  let source: EventSource | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let opened = false

  const close = (): void => {
    source?.close()
    source = undefined
    clearTimeout(watchdog)
    clearTimeout(retry)
    live.connected = false
  }
  const heard = (event?: MessageEvent): void => {
    clearTimeout(watchdog)
    watchdog = setTimeout(again, silence)
    live.connected = true
    failures = 0
    try {
      if (!event?.data) return
      const said = JSON.parse(event.data)
      setServerTime(said.at)
      if (event.type === 'ping') setStalled(said.stalledSince)
    } catch {
      // A time that can't be read is no reason to drop the line.
    }
  }
  const again = (): void => {
    close()
    retry = setTimeout(connect, Math.min(longest, 1000 * 2 ** failures++))
  }
  function connect(): void {
    close()
    source = new EventSource(`/api/${place}/live`)
    source.addEventListener('open', () => {
      heard()
      reached(true)
      if (opened) tellLive()
      opened = true
    })
    source.addEventListener('ping', heard)
    source.addEventListener('changed', (event) => {
      heard(event)
      tellLive()
    })
    source.addEventListener('error', again)
  }
  const wake = (): void => {
    if (document.visibilityState !== 'visible') return
    if (!live.connected) connect()
    tellLive()
  }
  document.addEventListener('visibilitychange', wake)
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
  connect()
  return () => {
    close()
    document.removeEventListener('visibilitychange', wake)
    removeEventListener('online', wake)
    removeEventListener('pageshow', wake)
  }
}
