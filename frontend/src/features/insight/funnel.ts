// A funnel plot: what chance alone would bring for so many answers, and who lies outside it.
import { type Axis, rateAxis } from './scale'
import type { Compare, CompareRow, FunnelLine } from './types'

export type Place = 'within' | 'higher' | 'lower' | 'far_higher' | 'far_lower'

interface Limits {
  low95: number
  high95: number
  low998: number
  high998: number
}

/** The limits at n. Between two of the server's points they narrow with the root of n, so that is how they are read. */
export function limitsAt(lines: FunnelLine[], n: number): Limits | undefined {
  const sorted = [...lines].sort((a, b) => a.n - b.n)
  const after = sorted.find((line) => line.n >= n)
  const before = sorted.findLast((line) => line.n <= n)
  if (!after || !before) return after ?? before
  if (after.n === before.n) return after
  const root = (value: number): number => 1 / Math.sqrt(value)
  const share = (root(n) - root(before.n)) / (root(after.n) - root(before.n))
  const at = (key: keyof Limits): number => before[key] + (after[key] - before[key]) * share
  return { low95: at('low95'), high95: at('high95'), low998: at('low998'), high998: at('high998') }
}

/** Outside the outer limits chance would bring one in five hundred; outside the inner ones one in twenty. */
export function placeOf(row: CompareRow, lines: FunnelLine[]): Place {
  const limits = row.n === undefined ? undefined : limitsAt(lines, row.n)
  if (!limits || row.rate === undefined) return 'within'
  if (row.rate > limits.high998) return 'far_higher'
  if (row.rate < limits.low998) return 'far_lower'
  if (row.rate > limits.high95) return 'higher'
  return row.rate < limits.low95 ? 'lower' : 'within'
}

export interface FunnelDot {
  unit: string
  x: number
  y: number
  place: Place
}

export interface FunnelLayout {
  left: number
  right: number
  top: number
  bottom: number
  height: number
  ticks: { y: number; value: number }[]
  numbers: { x: number; value: number }[]
  centre: number
  inner: string[]
  outer: string[]
  dots: FunnelDot[]
}

const round = (value: number): number => Math.round(value * 10) / 10

export function funnelOf(compare: Compare, width: number, em: number): FunnelLayout | undefined {
  const { funnel } = compare
  const rows = compare.rows.filter((row) => !row.hidden && row.n !== undefined && row.rate !== undefined)
  if (!funnel || funnel.lines.length < 2 || rows.length === 0) return undefined
  const clamp = (value: number): number => Math.min(1, Math.max(0, value))
  const axis: Axis = rateAxis([funnel.centre, ...rows.map((row) => row.rate ?? 0), ...funnel.lines.flatMap((line) => [clamp(line.low95), clamp(line.high95)])])
  const size = 0.78 * em
  const [left, right, top, height] = [3.2 * em, 4.4 * em, size, Math.round((width < 34 * em ? 17 : 20) * em)]
  const bottom = height - 3.2 * size
  const most = Math.max(...rows.map((row) => row.n ?? 0), ...funnel.lines.map((line) => line.n))
  const x = (n: number): number => left + (n / most) * (width - left - right)
  const y = (value: number): number => bottom - ((value - axis.low) / (axis.high - axis.low)) * (bottom - top)
  const lines = [...funnel.lines].sort((a, b) => a.n - b.n)
  const path = (key: keyof Limits): string => lines.map((line, i) => `${i ? 'L' : 'M'}${round(x(line.n))} ${round(y(line[key]))}`).join('')
  const step = [5, 10, 20, 25, 50, 100, 200, 500, 1000].find((one) => most / one <= 6) ?? 5000
  return {
    left, right, top, bottom, height,
    ticks: axis.ticks.map((value) => ({ y: y(value), value })),
    numbers: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => ({ x: x(i * step), value: i * step })),
    centre: y(funnel.centre),
    inner: [path('low95'), path('high95')],
    outer: [path('low998'), path('high998')],
    dots: rows.map((row) => ({ unit: row.unit, x: x(row.n ?? 0), y: y(row.rate ?? 0), place: placeOf(row, funnel.lines) }))
  }
}
