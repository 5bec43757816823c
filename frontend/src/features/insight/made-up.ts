// Figures that no one said: for tests only.
import type { Compare, Overview, Point, Rule, Sense, Series } from './types'

export const units: Overview['units'] = [
  { id: 'elm', name: 'Elm House', pool: false, services: ['Elm House'], cadence: 'month' },
  { id: 'oak', name: 'The Riverside and Upper Valley Therapeutic Fostering and Family Support Partnership (North)', pool: false, services: ['Oak'], cadence: 'month' },
  { id: 'pool', name: 'pool', pool: true, services: ['Birch', 'Ash Lodge'], cadence: 'quarter' }
]

/** Months back from October 2026. */
export function months(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const at = new Date(Date.UTC(2026, 9 - (count - 1 - i), 1))
    return `${at.getUTCFullYear()}-${String(at.getUTCMonth() + 1).padStart(2, '0')}`
  })
}

export const overview: Overview = {
  units,
  measures: [
    { key: 'felt_listened', group: 'listened', kind: 'rate', direction: 'up', target: 75 },
    { key: 'taken_seriously', group: 'listened', kind: 'rate', direction: 'up' },
    { key: 'until_here', group: 'answered', kind: 'times', direction: 'down' }
  ],
  releases: months(18).map((period, i) => ({ number: i + 1, period, publishedAt: '2026-11-15T00:05:00Z' })),
  next: { period: '2026-11', closesAt: '2026-12-15T00:00:00Z' },
  mayWrite: true
}

const percents = [70, 73, 68, 71, 74, 69, 72, 71, 74, 70, 72, 62, 64, 60, 63, 61, 65, 60]
const shift: { rule: Rule; sense: Sense } = { rule: 'shift', sense: 'concern' }

/** Eighteen months of one service: a hidden December, seven months of concern at the end, a target. */
export function concern(): Series {
  const periods = months(18)
  const points: Point[] = periods.map((period, i) => {
    const rate = (percents[i] ?? 0) / 100
    return i === 7 ? { period, release: i + 1, hidden: true } : { period, release: i + 1, hidden: false, n: 48 + (i % 7), rate, low: rate - 0.14, high: rate + 0.12 }
  })
  return {
    measure: 'felt_listened',
    unit: 'elm',
    cadence: 'month',
    points,
    chart: { kind: 'xmr', mean: 0.674, points: points.map((point, i) => (point.hidden ? {} : { lower: 0.575, upper: 0.773, ...(i >= 11 && shift) })), target: 75, assurance: 'hit_and_miss' },
    headline: { period: '2026-10', n: 51, rate: 0.6, low: 0.46, high: 0.72, before: 0.65 },
    says: { kind: 'change', rule: 'shift', sense: 'concern', up: false, count: 7, target: 'hit_and_miss' },
    response: periods.map((period, i) => (i === 7 ? { period, hidden: true } : { period, hidden: false, percent: 58 + (i % 5) })),
    notes: [{ period: '2026-09', unit: 'elm', did: 'You asked for fewer new faces. From October the same two people work each evening.', by: 'Jo', at: '2026-10-18T09:00:00Z' }]
  }
}

/** The same, better at the end. */
export function improvement(): Series {
  const series = concern()
  for (const point of series.points) if (point.rate !== undefined) Object.assign(point, { rate: 1.34 - point.rate, low: 1.2 - point.rate, high: 1.46 - point.rate })
  return {
    ...series,
    chart: { kind: 'xmr', mean: 0.666, points: series.chart.points.map((point) => (point?.rule ? { ...point, sense: 'improvement' } : point)) },
    says: { kind: 'change', rule: 'shift', sense: 'improvement', up: true, count: 7 }
  }
}

export function times(): Series {
  const periods = months(9)
  return {
    measure: 'until_here',
    unit: 'elm',
    cadence: 'month',
    points: periods.map((period, i) => ({ period, release: i + 1, hidden: false, n: 31 + i, value: { median: 700 + i * 40, p90: 2600 + i * 100 } })),
    chart: { kind: 'none', points: periods.map(() => null) },
    says: { kind: 'few', points: 9, needed: 13 },
    response: [],
    notes: []
  }
}

const funnelAt = (centre: number, n: number) => {
  const sigma = Math.sqrt((centre * (1 - centre)) / n)
  return { n, low95: centre - 1.96 * sigma, high95: centre + 1.96 * sigma, low998: centre - 3.09 * sigma, high998: centre + 3.09 * sigma }
}

export function sideBySide(): Compare {
  return {
    rows: [
      { unit: 'elm', hidden: false, n: 51, rate: 0.6, low: 0.46, high: 0.72 },
      { unit: 'oak', hidden: false, n: 140, rate: 0.84, low: 0.77, high: 0.89 },
      { unit: 'pool', hidden: true }
    ],
    total: { hidden: false, n: 191, rate: 0.72, low: 0.65, high: 0.78 },
    funnel: { centre: 0.72, lines: [10, 20, 40, 60, 80, 100, 120, 140, 160].map((n) => funnelAt(0.72, n)) }
  }
}
