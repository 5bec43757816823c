// How the rota says days and times: by the clock of its own time zone, in the language that is chosen.
import { list, locale, t } from '../../lib/i18n.svelte'
import type { Refusal } from './state.svelte'
import type { Length } from './week'
import { dateIn } from './week'
import type { Span } from './types'

const noon = (date: string): Date => new Date(`${date}T12:00:00Z`)
const format = (date: string, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...options }).format(noon(date))

/** "Tue 24 Nov" */
export const shortDay = (date: string): string => format(date, { weekday: 'short', day: 'numeric', month: 'short' })
/** "Tuesday 24 November" */
export const longDay = (date: string): string => format(date, { weekday: 'long', day: 'numeric', month: 'long' })
export const weekday = (date: string): string => format(date, { weekday: 'short' })
export const dayNumber = (date: string): string => format(date, { day: 'numeric', month: 'short' })

/** "23 to 29 November 2026" */
export function weekWords(from: string, to: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }).formatRange(noon(from), noon(to))
}

export function clockTime(at: string, zone: string): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(at))
}

/** "10 h", "7 h 30" and, where the clocks change, that they do. */
export function lengthWords({ minutes }: Length): string {
  const rest = minutes % 60
  return rest ? t('rota.hoursMinutes', { hours: Math.floor(minutes / 60), minutes: String(rest).padStart(2, '0') }) : t('rota.hours', { hours: minutes / 60 })
}

export function clocksWords({ clocks }: Length): string {
  return clocks ? t(`rota.clocks.${clocks}`) : ''
}

/** "Tue 24 Nov, 21:30 to Wed 25 Nov, 07:30", or with one day when both ends lie on it. */
export function spanWords({ startsAt, endsAt }: Span, zone: string): string {
  const [first, last] = [dateIn(startsAt, zone), dateIn(endsAt, zone)]
  const params = { day: shortDay(first), from: clockTime(startsAt, zone), to: clockTime(endsAt, zone) }
  return first === last ? t('rota.span', params) : t('rota.spanOver', { ...params, last: shortDay(last) })
}

/** What a plan runs into, and where. Without a place the server's own sentence stands in. */
export function refusalWords(refusal: NonNullable<Refusal>, zone: string): string {
  const { reason, span, person, more, text } = refusal
  const parts: string[] = []
  if (span && (reason === 'gap' || reason === 'overlap')) parts.push(reason === 'overlap' ? t('rota.refused.overlap', { person: person || t('history.someone'), place: spanWords(span, zone) }) : t('rota.refused.gap', { place: spanWords(span, zone) }))
  else parts.push(reason === 'reversed' || reason === 'too_long' ? t(`rota.refused.${reason}Plain`) : text || t(`rota.refused.${reason}Plain`))
  if (more > 0) parts.push(t('rota.refused.more', { count: more }))
  return parts.join(' ')
}

export const names = (people: { name: string }[]): string => list(people.map((person) => person.name))
