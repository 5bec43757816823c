import { describe, expect, it } from 'vitest'
import { concern, times } from './made-up'
import { figureOf, gapsOf, piecesOf, runsOf } from './runs'
import type { Chart, ChartPoint } from './types'

const chart = (points: (ChartPoint | null)[], mean = 5): Chart => ({ kind: 'xmr', mean, points })
const mark = (rule: ChartPoint['rule'], sense?: ChartPoint['sense']): ChartPoint => ({ lower: 0, upper: 9, rule, sense })

describe('special-cause runs', () => {
  it('are neighbours of one rule and one sense', () => {
    const found = runsOf([6, 7, 4, 8, 2], chart([mark('shift', 'improvement'), mark('shift', 'improvement'), {}, mark('outside', 'improvement'), mark('outside', 'concern')]))
    expect(found.map(({ rule, from, to, count, up }) => [rule, from, to, count, up])).toEqual([
      ['shift', 0, 1, 2, true],
      ['outside', 3, 3, 1, true],
      ['outside', 4, 4, 1, false]
    ])
  })
  it('go on across a hidden period, which is not counted', () => {
    const [run] = runsOf([6, undefined, 7], chart([mark('shift', 'improvement'), null, mark('shift', 'improvement')]))
    expect(run).toMatchObject({ from: 0, to: 2, count: 2 })
  })
  it('of a trend rise or fall by their own points, wherever the mean lies', () => {
    expect(runsOf([9, 8, 7], chart([{}, mark('trend'), mark('trend')], 1))[0]?.up).toBe(false)
    expect(runsOf([1, 2, 3], chart([{}, {}, mark('trend')], 9))[0]?.up).toBe(true)
  })
})

describe('the line', () => {
  it('breaks where a period is hidden', () => {
    expect(piecesOf([1, 2, undefined, 3, undefined, undefined, 4])).toEqual([[0, 1], [3], [6]])
    const { points } = concern()
    expect(gapsOf(points)).toEqual([{ from: 7, to: 7 }])
    expect(gapsOf([...points.slice(7, 8), ...points.slice(7, 8), ...points.slice(0, 1)])).toEqual([{ from: 0, to: 1 }])
  })
  it('is drawn over the rate, the median or the count', () => {
    expect(figureOf({ period: '', release: 1, hidden: false, rate: 0.5 }, 'rate')).toBe(0.5)
    expect(times().points.map((point) => figureOf(point, 'times'))[0]).toBe(700)
    expect(figureOf({ period: '', release: 1, hidden: false, value: { keyworkers: 1.4 } }, 'count')).toBe(1.4)
  })
  it('draws nothing of a hidden cell, whatever it holds', () => expect(figureOf({ period: '', release: 1, hidden: true, rate: 0.5 }, 'rate')).toBeUndefined())
})
