import { describe, expect, it } from 'vitest'
import { funnelOf, limitsAt, placeOf } from './funnel'
import { sideBySide } from './made-up'

const compare = sideBySide()
const lines = compare.funnel?.lines ?? []

describe('the funnel', () => {
  it('is read between two of its points as it really narrows', () => {
    const sigma = Math.sqrt((0.72 * 0.28) / 51)
    expect(limitsAt(lines, 51)?.low95).toBeCloseTo(0.72 - 1.96 * sigma, 3)
    expect(limitsAt(lines, 40)).toEqual(lines[2])
    expect(limitsAt(lines, 5000)).toEqual(lines.at(-1))
    expect(limitsAt([], 5)).toBeUndefined()
  })
  it('tells who lies where', () => {
    expect(compare.rows.map((row) => placeOf(row, lines))).toEqual(['within', 'far_higher', 'within'])
    const at = (rate: number) => placeOf({ unit: 'u', hidden: false, n: 100, rate }, lines)
    expect([at(0.72), at(0.82), at(0.62), at(0.9), at(0.5)]).toEqual(['within', 'higher', 'lower', 'far_higher', 'far_lower'])
  })
  it.each([680, 296, 200])('keeps every service on a drawing of %d px, and hidden ones off it', (width) => {
    const at = funnelOf(compare, width, 16)
    expect(at?.dots.map((dot) => dot.unit)).toEqual(['elm', 'oak'])
    for (const dot of at?.dots ?? []) {
      expect(dot.x).toBeGreaterThanOrEqual(at?.left ?? 0)
      expect(dot.x).toBeLessThanOrEqual(width - (at?.right ?? 0))
      expect(dot.y >= (at?.top ?? 0) && dot.y <= (at?.bottom ?? 0)).toBe(true)
    }
  })
  it('is not drawn of nothing', () => {
    expect(funnelOf({ rows: [] }, 680, 16)).toBeUndefined()
    expect(funnelOf({ ...compare, rows: [{ unit: 'a', hidden: true }] }, 680, 16)).toBeUndefined()
  })
})
