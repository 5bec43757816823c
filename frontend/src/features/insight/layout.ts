// Where everything of a control chart stands, in px. Words come in ready; nothing here draws.
import { type Run, type Span, figureOf, gapsOf, piecesOf, runsOf } from './runs'
import { type Axis, countAxis, everyNth, rateAxis, spread, timeAxis, widthOf } from './scale'
import type { Kind, Sense, Series } from './types'

export interface Words {
  /** A value on the axis and at the end of a line: "70 %", "15 min". */
  value: (value: number) => string
  tick: (period: string) => string
  year: (period: string) => string
  mean: string
  upper: string
  lower: string
  target: string
  hidden: string
  run: (run: Run) => string
}

export interface Dot {
  i: number
  x: number
  y: number
  special: boolean
  sense?: Sense
}

export interface Band {
  run: Run
  x: number
  width: number
  middle: number
  /** In full where it fits; else a letter that the key below explains. */
  label: string
  /** On the side of the band where its points leave more room. */
  y: number
  letter?: string
}

export interface EndLabel {
  kind: 'mean' | 'upper' | 'lower' | 'target'
  name: string
  value: string
  /** Where its line ends, and where the label stands. */
  from: number
  y: number
}

export interface Layout {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
  size: number
  /** Name and value one above the other: a narrow screen. */
  stacked: boolean
  radius: number
  ticks: { y: number; label: string }[]
  periods: { x: number; label: string; year: string }[]
  gaps: { x: number; width: number; middle: number; label: string }[]
  bands: Band[]
  lines: string[]
  dots: Dot[]
  mean?: string
  upper: string
  lower: string
  target?: number
  labels: EndLabel[]
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** `em` is the reader's text size in px; everything grows with it. */
export function layoutOf(series: Series, kind: Kind, width: number, em: number, words: Words): Layout {
  const { points, chart } = series
  const size = 0.78 * em
  const stacked = width < 34 * em
  const values = points.map((point) => figureOf(point, kind))
  const axis = axisOf(series, values, kind)
  const tickLabels = axis.ticks.map(words.value)
  const left = Math.max(...tickLabels.map((label) => widthOf(label, size))) + 8
  const names = endsOf(series, words)
  const right = names.length ? Math.max(...names.map((one) => (stacked ? Math.max(widthOf(one.name, size), widthOf(one.value, size)) : widthOf(`${one.name} ${one.value}`, size)))) + 8 : 8
  const height = Math.round((stacked ? 17 : 19) * em)
  const top = size
  const bottom = height - 2.9 * size
  const inner = Math.max(40, width - left - right)
  const room = inner / Math.max(1, points.length)
  const x = (i: number): number => left + room * (i + 0.5)
  const y = (value: number): number => bottom - ((value - axis.low) / (axis.high - axis.low)) * (bottom - top)
  const span = ({ from, to }: Span) => ({ x: left + room * from, width: room * (to - from + 1), middle: left + room * ((from + to + 1) / 2) })

  return {
    width, height, left, right, top, bottom, size, stacked,
    radius: Math.max(3, Math.min(5, room * 0.28)),
    ticks: axis.ticks.map((tick, i) => ({ y: y(tick), label: tickLabels[i] ?? '' })),
    periods: periodsOf(series, room, size, words).map(({ i, ...label }) => ({ x: x(i), ...label })),
    gaps: gapsOf(points).map((gap) => {
      const place = span(gap)
      return { ...place, label: widthOf(words.hidden, size) <= place.width + 1.2 * size ? words.hidden : '' }
    }),
    bands: bandsOf(runsOf(values, chart), left, left + inner, span, size, words).map((band) => ({ ...band, y: freeSide(values.slice(band.run.from, band.run.to + 1), y, top, bottom, size) })),
    lines: piecesOf(values).map((piece) => piece.map((i) => `${round(x(i))},${round(y(values[i] ?? 0))}`).join(' ')),
    dots: values.flatMap((value, i) => (value === undefined ? [] : [{ i, x: x(i), y: y(value), special: Boolean(chart.points[i]?.rule), sense: chart.points[i]?.sense }])),
    ...(chart.mean !== undefined && hasLimits(series) && { mean: `M${round(left)} ${round(y(chart.mean))}H${round(left + inner)}` }),
    upper: steps(chart.points.map((point) => point?.upper), left, room, y),
    lower: steps(chart.points.map((point) => point?.lower), left, room, y),
    ...(chart.target !== undefined && { target: y(chart.target / 100) }),
    labels: place(names.map((one) => ({ ...one, from: y(one.at) })), (stacked ? 2.3 : 1.35) * size, top, bottom)
  }
}

const round = (value: number): number => Math.round(value * 10) / 10

export function hasLimits(series: Series): boolean {
  return series.chart.kind !== 'none' && series.chart.points.some((point) => point?.upper !== undefined || point?.lower !== undefined)
}

function axisOf({ chart }: Series, values: (number | undefined)[], kind: Kind): Axis {
  const all = [...values, chart.mean, chart.target === undefined ? undefined : chart.target / 100, ...chart.points.flatMap((point) => [point?.lower, point?.upper])].filter((value) => value !== undefined)
  if (kind === 'times') return timeAxis(all)
  if (kind === 'count') return countAxis(all)
  return rateAxis(all.map((value) => Math.min(1, Math.max(0, value))))
}

/** What is named at the end of its line, with the value it has there. */
function endsOf(series: Series, words: Words): { kind: EndLabel['kind']; name: string; value: string; at: number }[] {
  const { chart } = series
  const last = chart.points.findLast((point) => point?.upper !== undefined || point?.lower !== undefined)
  const ends: { kind: EndLabel['kind']; name: string; at: number | undefined }[] = [
    { kind: 'upper', name: words.upper, at: last?.upper },
    { kind: 'mean', name: words.mean, at: last ? chart.mean : undefined },
    { kind: 'lower', name: words.lower, at: last?.lower },
    { kind: 'target', name: words.target, at: chart.target === undefined ? undefined : chart.target / 100 }
  ]
  return ends.flatMap((one) => (one.at === undefined ? [] : [{ ...one, at: one.at, value: words.value(one.at) }]))
}

function place(ends: { kind: EndLabel['kind']; name: string; value: string; from: number }[], gap: number, top: number, bottom: number): EndLabel[] {
  const ys = spread(ends.map((end) => end.from), gap, top, bottom)
  return ends.map(({ kind, name, value, from }, i) => ({ kind, name, value, from, y: ys[i] ?? from }))
}

/** The year stands once, under the first label of it. */
function periodsOf(series: Series, room: number, size: number, words: Words): { i: number; label: string; year: string }[] {
  const labels = series.points.map((point) => words.tick(point.period))
  const needed = Math.max(...labels.map((label) => widthOf(label, size)), 0) + size * 0.6
  let said = ''
  return everyNth(labels.length, room, needed).map((i) => {
    const year = words.year(series.points[i]?.period ?? '')
    const first = year !== said
    said = year
    return { i, label: labels[i] ?? '', year: first ? year : '' }
  })
}

function bandsOf(runs: Run[], left: number, right: number, span: (run: Run) => { x: number; width: number; middle: number }, size: number, words: Words): Omit<Band, 'y'>[] {
  let used = 0
  return runs.map((run, i) => {
    const place = span(run)
    const text = words.run(run)
    const half = widthOf(text, size) / 2 + 4
    const before = runs[i - 1] && span(runs[i - 1] as Run)
    const after = runs[i + 1] && span(runs[i + 1] as Run)
    const low = before ? before.x + before.width : left
    const high = after ? after.x : right
    // A little over the edge is fine; over a neighbour it is not.
    const middle = Math.min(Math.max(place.middle, low + half), high - half)
    const fits = high - low >= 2 * half && half <= place.width / 2 + size
    if (fits) return { run, ...place, middle, label: text }
    const letter = letters[used++] ?? '*'
    return { run, ...place, label: letter, letter }
  })
}

function freeSide(values: (number | undefined)[], y: (value: number) => number, top: number, bottom: number, size: number): number {
  const ys = values.filter((value) => value !== undefined).map(y)
  return bottom - Math.max(...ys) >= Math.min(...ys) - top ? bottom - size * 0.3 : top + size * 0.9
}

/** Limits may differ from period to period: level across each, a step between two. They run on across a hidden one, as the mean does. */
function steps(values: (number | undefined)[], left: number, room: number, y: (value: number) => number): string {
  let path = ''
  for (const [i, value] of values.entries()) {
    if (value === undefined) continue
    path += path ? `V${round(y(value))}` : `M${round(left + room * i)} ${round(y(value))}`
    path += `H${round(left + room * (i + 1))}`
  }
  return path
}
