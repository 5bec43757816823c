import { describe, expect, it } from 'vitest'
import { dateOf, timeAndDay } from './dates'

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime()

describe('when something is due or was', () => {
  it('is a bare time only today', () => {
    expect(timeAndDay(at(21, 16), at(21, 14))).toBe('16:00')
    expect(timeAndDay(at(22, 7, 30), at(21, 23))).toBe('07:30 tomorrow')
    expect(timeAndDay(at(21, 23), at(22, 1))).toBe('23:00 yesterday')
    expect(timeAndDay(at(18, 9), at(21, 14))).toBe('09:00 18 November')
  })
})

describe('a day', () => {
  it('carries its year when that is another one', () => {
    const iso = (year: number) => new Date(year, 10, 21, 12).toISOString()
    expect(dateOf(iso(2026), at(21, 14))).toBe('today')
    expect(dateOf(iso(2027), at(21, 14))).toBe('21 November 2027')
  })
})
