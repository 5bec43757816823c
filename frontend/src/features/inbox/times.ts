/** Times offered for a promise. All reckoned on the server's clock; shown in the phone's own time zone. */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Matches the server's own default, so that what is shown before pressing is what is promised. */
export const SOON_MS = 10 * MINUTE

function roundUp(at: number, minutes: number): number {
  const step = minutes * MINUTE
  return Math.ceil(at / step) * step
}

/** 14:08 → 14:15, 14:20, 14:30. Never nearer than five minutes: a promise nobody can keep is worse than none. */
export function comingTimes(now: number): number[] {
  const first = roundUp(now + 5 * MINUTE, 5)
  return [first, first + 5 * MINUTE, first + 15 * MINUTE]
}

/** 14:08 → 14:45, 15:15, 16:15. */
export function laterTimes(now: number): number[] {
  const first = roundUp(now + 30 * MINUTE, 15)
  return [first, first + 30 * MINUTE, first + 90 * MINUTE]
}

/** "On my way" is promised to the minute. */
export function soon(now: number): number {
  return roundUp(now + SOON_MS, 1)
}

/** What a time field holds ("16:00") as the next such moment; undefined when it is no time. Earlier than now means tomorrow. */
export function nextAt(text: string, now: number): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text)
  if (!match) return undefined
  const hour = Number(match[1])
  const minute = Number(match[2])
  if (hour > 23 || minute > 59) return undefined
  const at = new Date(now)
  at.setHours(hour, minute, 0, 0)
  if (at.getTime() <= now) at.setDate(at.getDate() + 1)
  return at.getTime()
}

/** The server takes promises in the future and within a day. */
export function promisable(at: number, now: number): boolean {
  return at > now && at - now <= DAY
}
