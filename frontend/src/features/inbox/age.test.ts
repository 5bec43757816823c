import { describe, expect, it } from 'vitest'
import { ageOf } from './age'

const since = '2026-11-21T14:00:00.000Z'
const after = (seconds: number) => ageOf(since, Date.parse(since) + seconds * 1000)

describe('the age of a card', () => {
  it('counts seconds for ten minutes, then minutes, hours and days', () => {
    expect(after(0)).toEqual({ unit: 'clock', text: '0:00' })
    expect(after(72)).toEqual({ unit: 'clock', text: '1:12' })
    expect(after(599)).toEqual({ unit: 'clock', text: '9:59' })
    expect(after(600)).toEqual({ unit: 'minutes', minutes: 10 })
    expect(after(3599)).toEqual({ unit: 'minutes', minutes: 59 })
    expect(after(3600 * 2 + 300)).toEqual({ unit: 'hours', hours: 2, minutes: 5 })
    expect(after(86_400 * 3)).toEqual({ unit: 'days', days: 3 })
  })

  it('is never negative when the phone runs behind', () => {
    expect(after(-30)).toEqual({ unit: 'clock', text: '0:00' })
  })
})
