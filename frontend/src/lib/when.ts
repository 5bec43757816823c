// When a contact was, as somebody remembers it.
export type Day = 'now' | 'today' | 'yesterday'

/** `clock` is "15:20" of the phone's own day, or empty. Never later than now: nobody remembers what is to come. */
export function momentOf(day: Day, clock: string, now: number): number {
  if (day === 'now') return now
  const at = new Date(now)
  if (day === 'yesterday') at.setDate(at.getDate() - 1)
  const [hour, minute] = /^\d\d:\d\d$/.test(clock) ? clock.split(':').map(Number) : day === 'yesterday' ? [12, 0] : [at.getHours(), at.getMinutes()]
  at.setHours(hour ?? 12, minute ?? 0, 0, 0)
  return Math.min(at.getTime(), now)
}
