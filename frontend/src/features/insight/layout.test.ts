import { describe, expect, it } from 'vitest'
import { type Words, hasLimits, layoutOf } from './layout'
import { concern, improvement, times } from './made-up'

const words: Words = {
  value: (value) => `${Math.round(value * 100)} %`,
  tick: (period) => period.slice(5),
  year: (period) => period.slice(0, 4),
  mean: 'Mean', upper: 'Upper', lower: 'Lower', target: 'Target', hidden: 'Hidden',
  run: (run) => `${run.count} in a row ${run.up ? 'above' : 'below'} the mean`
}

describe.each([[1000, 16], [680, 16], [296, 16], [296, 21.6], [240, 16]])('a chart %d px wide at %d px', (width, em) => {
  const at = layoutOf(concern(), 'rate', width, em, words)

  it('keeps everything on the drawing', () => {
    for (const dot of at.dots) {
      expect(dot.x).toBeGreaterThan(at.left)
      expect(dot.x).toBeLessThan(width - at.right)
      expect(dot.y).toBeGreaterThanOrEqual(at.top)
      expect(dot.y).toBeLessThanOrEqual(at.bottom)
    }
    for (const band of at.bands) expect(band.x + band.width).toBeLessThanOrEqual(width - at.right + 0.01)
  })
  it('names mean, both limits and the target at the end of their lines, none on another', () => {
    expect(at.labels.map((label) => label.kind).sort()).toEqual(['lower', 'mean', 'target', 'upper'])
    const ys = at.labels.map((label) => label.y).sort((a, b) => a - b)
    for (const [i, y] of ys.entries()) if (i) expect(y - (ys[i - 1] ?? 0)).toBeGreaterThanOrEqual(at.size * 1.3)
  })
  it('breaks the line at the hidden month, and hatches it', () => {
    expect(at.lines).toHaveLength(2)
    expect(at.gaps).toHaveLength(1)
    expect(at.dots.map((dot) => dot.i)).not.toContain(7)
  })
  it('says the run in words: in the band where they fit, else by a letter of the key', () => {
    const [band] = at.bands
    expect(band?.run).toMatchObject({ from: 11, to: 17, count: 7, sense: 'concern', up: false })
    expect(band?.letter ? band.label : band?.label).toBe(band?.letter ?? '7 in a row below the mean')
  })
  it('marks exactly the points of the run', () => expect(at.dots.filter((dot) => dot.special).map((dot) => dot.i)).toEqual([11, 12, 13, 14, 15, 16, 17]))
  it('says each year once', () => expect(at.periods.map((period) => period.year).filter(Boolean)).toEqual(['2025', '2026']))
})

describe('what is not there is not drawn', () => {
  it('no limits below thirteen figures, no mean, no target', () => {
    const at = layoutOf(times(), 'times', 680, 16, words)
    expect([at.upper, at.lower, at.mean, at.target]).toEqual(['', '', undefined, undefined])
    expect(at.labels).toEqual([])
    expect(hasLimits(times())).toBe(false)
  })
  it('no target line without a target', () => expect(layoutOf(improvement(), 'rate', 680, 16, words).target).toBeUndefined())
  it('a year of nothing but hidden months', () => {
    const series = concern()
    series.points = series.points.map(({ period, release }) => ({ period, release, hidden: true }))
    series.chart = { kind: 'none', points: [] }
    const at = layoutOf(series, 'rate', 680, 16, words)
    expect(at.lines).toEqual([])
    expect(at.gaps).toHaveLength(1)
    expect(at.ticks.length).toBeGreaterThan(2)
  })
  it('limits step where they differ, and run on across a hidden period', () => {
    const series = concern()
    series.chart.points = series.chart.points.map((point, i) => (point?.upper === undefined ? point : { ...point, upper: i < 7 ? 0.77 : 0.8 }))
    const path = layoutOf(series, 'rate', 680, 16, words).upper
    expect(path.match(/M/g)).toHaveLength(1)
    expect(path.match(/V/g)).toHaveLength(16)
  })
})
