// When a promise is due, as both places say it: a bare time is today's. A promise for tomorrow must say so, or a
// child waits tonight.
import { day, locale, time } from './i18n.svelte'
import { serverNow } from './clock.svelte'

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

export function moment(at: string | number, now: number = serverNow()): string {
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
