// Times and days in a worker's lists and histories, which reach further back and ahead than what a young person reads.
import { day, locale, time } from './i18n.svelte'
import { serverNow } from './clock.svelte'

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** A bare time is today's; any other day says which. */
export function timeAndDay(at: string | number, now: number = serverNow()): string {
  const ms = new Date(at).getTime()
  const days = Math.round((midnight(ms) - midnight(now)) / 86_400_000)
  if (days === 0) return time(ms)
  const day =
    Math.abs(days) === 1
      ? new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(days, 'day')
      : new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'long' }).format(ms)
  return `${time(ms)} ${day}`
}

/** A day, with its year when that is not this one: "until 21 November" must not be read a year too early. */
export function dateOf(at: string, now: number = serverNow()): string {
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) return day(at, now)
  return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(at))
}
