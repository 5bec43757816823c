// Special-cause runs and hidden gaps of a chart, as the server marked them.
import type { Chart, Kind, Point, Rule, Sense } from './types'

export interface Run {
  rule: Rule
  sense?: Sense
  from: number
  to: number
  count: number
  /** Above the mean, or rising. */
  up: boolean
}

/** The figure that a measure's chart is drawn over. */
export function figureOf(point: Point, kind: Kind): number | undefined {
  if (point.hidden) return undefined
  if (kind === 'times') return point.value?.median
  if (kind === 'count') return point.value?.keyworkers
  return point.rate
}

/** Neighbouring points of one rule and sense. A hidden period does not end a run: the rules look across it. */
export function runsOf(values: (number | undefined)[], chart: Chart): Run[] {
  const runs: Run[] = []
  let open: Run | undefined
  for (const [i, value] of values.entries()) {
    const mark = chart.points[i]
    if (value === undefined) continue
    if (!mark?.rule) {
      open = undefined
      continue
    }
    if (open && open.rule === mark.rule && open.sense === mark.sense) {
      open.to = i
      open.count++
    } else {
      open = { rule: mark.rule, sense: mark.sense, from: i, to: i, count: 1, up: false }
      runs.push(open)
    }
  }
  for (const run of runs) run.up = upwards(run, values, chart.mean ?? 0)
  return runs
}

function upwards(run: Run, values: (number | undefined)[], mean: number): boolean {
  const last = values[run.to] ?? 0
  if (run.rule !== 'trend') return last > mean
  // The first marked point may itself be the latest of its trend: then the one before it tells.
  const before = values.slice(0, run.to).findLast((value) => value !== undefined)
  return last > (before ?? mean)
}

export interface Span {
  from: number
  to: number
}

/** Hidden periods that stand side by side are one gap. */
export function gapsOf(points: Point[]): Span[] {
  const gaps: Span[] = []
  for (const [i, point] of points.entries()) {
    if (!point.hidden) continue
    const last = gaps.at(-1)
    if (last && last.to === i - 1) last.to = i
    else gaps.push({ from: i, to: i })
  }
  return gaps
}

/** The line's pieces: it breaks where a period is hidden. */
export function piecesOf(values: (number | undefined)[]): number[][] {
  const pieces: number[][] = []
  let open: number[] | undefined
  for (const [i, value] of values.entries()) {
    if (value === undefined) open = undefined
    else if (open) open.push(i)
    else {
      open = [i]
      pieces.push(open)
    }
  }
  return pieces
}
