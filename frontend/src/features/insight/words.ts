// Figures, periods and sentences in the language that is chosen.
import { type MessageKey, list, locale, t } from '../../lib/i18n.svelte'
import type { Words } from './layout'
import { periodWords, tickWords, yearOf } from './periods'
import type { Run } from './runs'
import { sentenceOf, whole } from './sentence'
import type { Cadence, Compare, Kind, Overview, Says, Unit } from './types'
import { placeOf } from './funnel'

const known = (key: string, otherwise: MessageKey): string => t(key as MessageKey) || t(otherwise)

export const measureName = (key: string): string => known(`measure.${key}`, 'measure.other')
export const meaning = (key: string): string => known(`means.${key}`, 'means.other')

export const percent = (rate: number): string => t('value.percent', { n: whole(rate) })

export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 60) return t('value.seconds', { n: Math.round(seconds) })
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return t('value.minutes', { n: minutes })
  if (minutes >= 48 * 60) return t('value.days', { count: Math.round(minutes / 1440) })
  const params = { hours: Math.floor(minutes / 60), minutes: minutes % 60 }
  return params.minutes ? t('value.hoursMinutes', params) : t('value.hours', params)
}

export const number = (value: number): string => new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value)

export function valueWords(value: number, kind: Kind): string {
  if (kind === 'times') return duration(value)
  return kind === 'count' ? number(value) : percent(value)
}

const between = (from: string, to: string): string => t('period.between', { from, to })

/** "October 2026", "July to September 2026". */
export const periodLong = (period: string): string => periodWords(period, locale(), 'long', between)
/** "Oct 2026", "Jul to Sep 2026". */
export const periodShort = (period: string): string => periodWords(period, locale(), 'short', between)

/** A day with its year, in UTC as it was published. */
export function dateLong(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '' : new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'long', year: 'numeric' }).format(date)
}

export function unitName(unit: Unit | undefined): string {
  if (!unit) return t('insight.unit.all')
  return unit.pool ? t('insight.unit.pool') : unit.name
}

export function saysWords(says: Says, cadence: Cadence): string {
  const { key, why, count, needed } = sentenceOf(says)
  const params = { count, needed, periods: t(`periods.${cadence}`, { count }) }
  return why ? `${t(key)} ${t(why, params)}` : t(key, params)
}

export const runWords = (run: Run): string => t(`run.${run.rule}.${run.up ? 'up' : 'down'}`, { count: run.count })

export function chartWords(kind: Kind): Words {
  return {
    value: (value) => valueWords(value, kind),
    tick: (period) => tickWords(period, locale()),
    year: yearOf,
    mean: t('chart.mean'),
    upper: t('chart.upper'),
    lower: t('chart.lower'),
    target: t('chart.target'),
    hidden: t('hidden.word'),
    run: runWords
  }
}

/** One sentence on who lies outside the funnel. */
export function compareWords(compare: Compare, overview: Overview | undefined): string {
  const shown = compare.rows.filter((row) => !row.hidden && row.rate !== undefined)
  if (shown.length === 0) return t('compare.says.none')
  if (shown.length === 1) return t('compare.says.one')
  const lines = compare.funnel?.lines ?? []
  const far = shown.filter((row) => placeOf(row, lines).startsWith('far'))
  if (far.length === 0) return t('compare.says.same')
  const names = far.map((row) => unitName(overview?.units.find((unit) => unit.id === row.unit)))
  return t('compare.says.differ', { count: far.length, names: list(names) })
}

/** What the chart of a measure says about its latest figures, as a short tag. */
export function trend(says: Says): { key: MessageKey; sense: 'improvement' | 'concern' | 'neither' | 'usual'; up: boolean } | undefined {
  if (says.kind === 'usual') return { key: 'head.usual', sense: 'usual', up: false }
  if (says.kind !== 'change') return undefined
  const sense = says.sense ?? 'neither'
  return { key: `head.${sense}`, sense, up: says.up ?? false }
}

