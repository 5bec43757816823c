// Periods in words. "2026-11" is a month, "2026-Q4" a calendar quarter.

interface Parsed {
  year: number
  /** The first month, from 0. */
  month: number
  quarter: boolean
}

export function parsePeriod(period: string): Parsed | undefined {
  const found = /^(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))$/.exec(period)
  if (!found) return undefined
  return { year: Number(found[1]), month: found[2] ? (Number(found[2]) - 1) * 3 : Number(found[3]) - 1, quarter: Boolean(found[2]) }
}

const firstDay = (year: number, month: number): Date => new Date(Date.UTC(year, month, 1, 12))

/** "October 2026", "Oct 2026", "July to September 2026": as long or short as asked. */
export function periodWords(period: string, locale: string, length: 'long' | 'short', between: (from: string, to: string) => string): string {
  const parsed = parsePeriod(period)
  if (!parsed) return period
  const { year, month, quarter } = parsed
  const format = (at: Date, withYear: boolean): string => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: length, ...(withYear && { year: 'numeric' }) }).format(at)
  if (!quarter) return format(firstDay(year, month), true)
  return between(format(firstDay(year, month), false), format(firstDay(year, month + 2), true))
}

/** Under the axis: the month alone, or "Jul–Sep". */
export function tickWords(period: string, locale: string): string {
  const parsed = parsePeriod(period)
  if (!parsed) return period
  const month = (m: number): string => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'short' }).format(firstDay(parsed.year, m))
  return parsed.quarter ? `${month(parsed.month)}–${month(parsed.month + 2)}` : month(parsed.month)
}

export const yearOf = (period: string): string => period.slice(0, 4)
