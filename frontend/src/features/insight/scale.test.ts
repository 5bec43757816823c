import { describe, expect, it } from 'vitest'
import { countAxis, everyNth, rateAxis, spread, timeAxis, widthOf } from './scale'

describe('the axis of a rate', () => {
  it('does not start at 0, and is labelled at every ten', () => expect(rateAxis([0.58, 0.73, 0.55])).toEqual({ low: 0.5, high: 0.8, ticks: [0.5, 0.6, 0.7, 0.8] }))
  it('never lets a point lie on its edge', () => {
    expect(rateAxis([0.61, 0.7]).low).toBe(0.5)
    expect(rateAxis([0.6, 0.7]).high).toBe(0.8)
  })
  it.each([[[0]], [[1]], [[0.99]], [[0.5]], [[0, 1]], [[]]])('of %j stays within 0 and 100 %% and is never narrower than thirty', (values: number[]) => {
    const { low, high } = rateAxis(values)
    expect(low).toBeGreaterThanOrEqual(0)
    expect(high).toBeLessThanOrEqual(1)
    expect(high - low).toBeGreaterThanOrEqual(0.299)
    for (const value of values) expect(value >= low && value <= high).toBe(true)
  })
})

describe('the axis of times and counts', () => {
  it.each([
    [[840, 1500], [0, 300, 600, 900, 1200, 1500]],
    [[45], [0, 60]],
    [[3 * 3600], [0, 1800, 3600, 5400, 7200, 9000, 10_800]]
  ])('%j steps as people tell time', (values, ticks) => expect(timeAxis(values).ticks).toEqual(ticks))
  it('begins at 0 and holds the largest', () => {
    expect(countAxis([1.4, 2.2]).ticks).toEqual([0, 0.5, 1, 1.5, 2, 2.5])
    expect(countAxis([0]).ticks.at(-1)).toBe(1)
    expect(timeAxis([400 * 86_400]).high).toBeGreaterThanOrEqual(400 * 86_400)
  })
})

describe('labels at the ends of lines', () => {
  const apart = (ys: number[], gap: number): boolean => ys.toSorted((a, b) => a - b).every((y, i, all) => i === 0 || y - (all[i - 1] ?? 0) >= gap - 1e-9)
  it('stay where they are when they do not touch', () => expect(spread([20, 60, 100], 15, 0, 200)).toEqual([20, 60, 100]))
  it('move apart, each as little as can be, and keep their order', () => {
    expect(spread([50, 50], 20, 0, 200)).toEqual([40, 60])
    expect(spread([100, 90, 10], 20, 0, 200)).toEqual([105, 85, 10])
  })
  it('stay on the drawing', () => expect(spread([2, 1, 0], 10, 0, 100)).toEqual([20, 10, 0]))
  it('never touch, whatever they want', () => {
    for (let seed = 1; seed < 300; seed++) {
      const wanted = Array.from({ length: 4 }, (_, i) => (seed * (i + 3) * 37) % 200)
      const placed = spread(wanted, 25, 0, 200)
      expect(apart(placed, 25)).toBe(true)
      expect(Math.min(...placed)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...placed)).toBeLessThanOrEqual(200)
    }
  })
})

describe('labels of periods', () => {
  it('stand at each, or at every second, and always at the latest', () => {
    expect(everyNth(5, 40, 30)).toEqual([0, 1, 2, 3, 4])
    expect(everyNth(5, 20, 30)).toEqual([0, 2, 4])
    expect(everyNth(18, 10, 30)).toEqual([2, 5, 8, 11, 14, 17])
    expect(everyNth(3, 0.1, 30)).toEqual([2])
    expect(everyNth(0, 10, 30)).toEqual([])
  })
  it('are about as wide as they are long', () => expect(widthOf('Upper 73 %', 12)).toBeCloseTo(67.2))
})
