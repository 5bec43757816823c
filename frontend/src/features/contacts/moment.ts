// When a contact was, as a worker enters it. What the server would refuse is said before it is sent.
import { type Day, momentOf } from '../../lib/when'

export type When = Day | 'other'
export type Unsaid = 'day' | 'time' | 'future' | 'too_old'

const longest = 365 * 86_400_000

/** `date` is "2026-11-22" and `clock` "15:20", of this device's own days. What is wrong comes back as its name. */
export function entered(when: When, date: string, clock: string, now: number): number | Unsaid {
  if (when === 'now') return now
  const day = when === 'other' ? Date.parse(`${date}T00:00`) : momentOf(when, '00:00', now)
  if (Number.isNaN(day)) return 'day'
  const found = /^(\d\d):(\d\d)$/.exec(clock)
  if (!found) return 'time'
  const at = new Date(day).setHours(Number(found[1]), Number(found[2]), 0, 0)
  if (at > now) return 'future'
  return now - at > longest ? 'too_old' : at
}
