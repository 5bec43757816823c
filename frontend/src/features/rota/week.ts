// Days and times by the clock of the rota's own time zone, wherever the browser is. Pure.
import type { Role, ShiftTime, Span } from './types'
import { roles } from './types'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const atNoon = (date: string): number => Date.parse(`${date}T12:00:00Z`)
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export function addDays(date: string, days: number): string {
  return dateOf(atNoon(date) + days * DAY)
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(atNoon(text)) && dateOf(atNoon(text)) === text
}

/** The Monday of a date's week. */
export function monday(date: string): string {
  return addDays(date, -((new Date(atNoon(date)).getUTCDay() + 6) % 7))
}

export function daysFrom(date: string, count = 7): string[] {
  return Array.from({ length: count }, (_, i) => addDays(date, i))
}

/** What a clock on the wall in `zone` shows, as milliseconds since 1970 of that wall. */
function wall(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit'
  }).formatToParts(at)
  const get = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'))
}

export function dateIn(at: string | number, zone: string): string {
  return dateOf(wall(new Date(at).getTime(), zone))
}

/** "07:30", as a time field holds it. */
export function timeIn(at: string | number, zone: string): string {
  return new Date(wall(new Date(at).getTime(), zone)).toISOString().slice(11, 16)
}

/** The moment at which the wall clock in `zone` shows this day and time. A time that is skipped counts as if it were not. */
export function momentIn(date: string, time: string, zone: string): number {
  const wanted = Date.parse(`${date}T${time}:00Z`)
  const guess = wanted - (wall(wanted, zone) - wanted)
  return wanted - (wall(guess, zone) - guess)
}

export interface Length {
  minutes: number
  /** The clocks change within: the night is longer ("back") or shorter than the wall says. */
  clocks?: 'back' | 'forward'
}

export function lengthOf({ startsAt, endsAt }: Span, zone: string): Length {
  const start = Date.parse(startsAt)
  const end = Date.parse(endsAt)
  const moved = wall(end, zone) - end - (wall(start, zone) - start)
  return { minutes: Math.round((end - start) / 60_000), clocks: moved < 0 ? 'back' : moved > 0 ? 'forward' : undefined }
}

/** What a form's day and times come to; nothing while they are not complete. */
export function spanOf(date: string, from: string, to: string, endsNextDay: boolean, zone: string): Span | undefined {
  if (!isDate(date) || !isTime(from) || !isTime(to)) return undefined
  const start = momentIn(date, from, zone)
  const end = momentIn(endsNextDay ? addDays(date, 1) : date, to, zone)
  return end > start ? { startsAt: new Date(start).toISOString(), endsAt: new Date(end).toISOString() } : undefined
}

export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
}

/** The parts of the spans that fall on this day, cut at its midnights. */
export function spansOn(date: string, spans: Span[], zone: string): Span[] {
  const start = momentIn(date, '00:00', zone)
  const end = momentIn(addDays(date, 1), '00:00', zone)
  return spans.flatMap((span) => {
    const from = Math.max(start, Date.parse(span.startsAt))
    const to = Math.min(end, Date.parse(span.endsAt))
    return to > from ? [{ startsAt: new Date(from).toISOString(), endsAt: new Date(to).toISOString() }] : []
  })
}

/** "24:00" rather than "00:00" where something lasts to the end of its day. */
export function endIn(at: string, date: string, zone: string): string {
  return dateIn(at, zone) > date && timeIn(at, zone) === '00:00' ? '24:00' : timeIn(at, zone)
}

export interface Row {
  person: ShiftTime['person']
  /** One list a day of the week asked for. */
  days: ShiftTime[][]
}

export interface RoleRows {
  role: Role
  rows: Row[]
}

const byStart = (a: ShiftTime, b: ShiftTime): number => a.startsAt.localeCompare(b.startsAt) || a.person.name.localeCompare(b.person.name)

/** The week by role and person; roles and people without a shift are left out. */
export function rowsOf(times: ShiftTime[], dates: string[], locale: string): RoleRows[] {
  return roles.flatMap((role) => {
    const mine = times.filter((time) => time.role === role && dates.includes(time.date))
    if (!mine.length) return []
    const people = [...new Map(mine.map((time) => [time.person.id, time.person])).values()].sort((a, b) => a.name.localeCompare(b.name, locale))
    return [{ role, rows: people.map((person) => ({ person, days: dates.map((date) => mine.filter((time) => time.person.id === person.id && time.date === date).sort(byStart)) })) }]
  })
}

export function timesOn(times: ShiftTime[], date: string): ShiftTime[] {
  return times.filter((time) => time.date === date).sort(byStart)
}
