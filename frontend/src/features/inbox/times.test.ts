import { describe, expect, it } from 'vitest'
import { comingTimes, laterTimes, nextAt, promisable, soon } from './times'

const at = (hour: number, minute: number, second = 0) => new Date(2026, 10, 21, hour, minute, second).getTime()
const shown = (time: number) => {
  const d = new Date(time)
  return `${d.getHours()}:${String(d.getMinutes()).padStart(2, '0')}`
}

describe('times offered', () => {
  it('are round, rising and never nearer than five minutes', () => {
    expect(comingTimes(at(14, 8)).map(shown)).toEqual(['14:15', '14:20', '14:30'])
    expect(comingTimes(at(14, 10)).map(shown)).toEqual(['14:15', '14:20', '14:30'])
    expect(comingTimes(at(14, 10, 1)).map(shown)).toEqual(['14:20', '14:25', '14:35'])
    expect(laterTimes(at(14, 8)).map(shown)).toEqual(['14:45', '15:15', '16:15'])
  })

  it('give "on my way" whole minutes, never less than ten', () => {
    expect(shown(soon(at(14, 8, 30)))).toBe('14:19')
    expect(soon(at(14, 8))).toBe(at(14, 18))
  })
})

describe('another time', () => {
  it('is the next such moment', () => {
    expect(nextAt('16:00', at(14, 8))).toBe(at(16, 0))
    const early = nextAt('07:30', at(14, 8)) as number
    expect(early).toBe(at(7, 30) + 24 * 3_600_000)
    expect(shown(early)).toBe('7:30')
    expect(promisable(early, at(14, 8))).toBe(true)
  })

  it('is refused when it is no time', () => {
    for (const text of ['', '25:00', '12:60', 'noon']) expect(nextAt(text, at(14, 8))).toBeUndefined()
  })

  it('must lie ahead and within a day', () => {
    expect(promisable(at(14, 8), at(14, 8))).toBe(false)
    expect(promisable(at(14, 8) + 24 * 3_600_000 + 1, at(14, 8))).toBe(false)
  })
})
