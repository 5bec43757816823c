// Which sentence says what a chart means. The server has decided what it means; here it only becomes a key of the messages.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { Measure, Says, Sense, Series } from './types'
import { figureOf } from './runs'

export interface Sentence {
  key: MessageKey
  /** Further sentences after the first. */
  why?: MessageKey
  count: number
  needed: number
}

export function sentenceOf(says: Says): Sentence {
  const base = { count: says.count ?? 0, needed: says.needed ?? 13 }
  if (says.kind === 'change' && says.rule) {
    const way = says.rule === 'two_of_three' || says.rule === 'outside' ? '' : says.up ? '.up' : '.down'
    return { ...base, key: `says.lead.${says.sense ?? 'neither'}`, why: `says.why.${says.rule}${way}` as MessageKey }
  }
  if (says.kind === 'few') return { ...base, count: says.points ?? 0, key: 'says.few' }
  return { ...base, key: says.kind === 'usual' ? 'says.usual' : says.kind === 'by_unit' ? 'says.by_unit' : 'says.none' }
}

/** Who or what a measure counts: the word next to n, and in "fewer than 10 …". */
export function countedIn(measure: string): 'young' | 'family' | 'card' | 'move' {
  if (measure.startsWith('family')) return 'family'
  if (['told_before', 'notice', 'visit_made', 'pack_opened', 'choices_made', 'buddy_week'].includes(measure)) return 'move'
  return ['cards_in_time', 'until_here'].includes(measure) ? 'card' : 'young'
}

/** How many of those asked answered belongs to what young people were asked, and is not said twice. */
export function saysResponse(measure: Measure): boolean {
  return measure.group === 'listened' && countedIn(measure.key) === 'young' && measure.key !== 'response_rate'
}

/** How a period is read: its rule's sense where it has one. */
export function readingOf(series: Series, i: number): Sense | 'neither' | 'usual' | 'unknown' {
  if (series.chart.kind === 'none') return 'unknown'
  const mark = series.chart.points[i]
  if (!mark?.rule) return mark?.upper === undefined ? 'unknown' : 'usual'
  return mark.sense ?? 'neither'
}

/** The latest period with a figure, and whether later ones are hidden. */
export function latestShown(series: Series, measure: Measure): { i: number; hiddenSince: boolean } | undefined {
  const i = series.points.findLastIndex((point) => figureOf(point, measure.kind) !== undefined)
  return i < 0 ? undefined : { i, hiddenSince: i < series.points.length - 1 }
}

/** Whole per cent: no finer than the figures are. */
export function whole(rate: number): number {
  return Math.round(rate * 100)
}
