import { describe, expect, it } from 'vitest'
import { entered } from './moment'

const now = new Date(2026, 10, 21, 16, 30, 20).getTime()
const at = (month: number, day: number, hour: number, minute: number): number => new Date(2026, month - 1, day, hour, minute).getTime()

describe('when a contact was', () => {
  it('is now, or the hour that was entered', () => {
    expect(entered('now', '', '', now)).toBe(now)
    expect(entered('today', '', '15:20', now)).toBe(at(11, 21, 15, 20))
    expect(entered('today', '', '16:30', now)).toBe(at(11, 21, 16, 30))
    expect(entered('yesterday', '', '23:59', now)).toBe(at(11, 20, 23, 59))
    expect(entered('other', '2026-11-02', '09:05', now)).toBe(at(11, 2, 9, 5))
  })
  it('says what is missing', () => {
    expect(entered('today', '', '', now)).toBe('time')
    expect(entered('other', '', '09:00', now)).toBe('day')
    expect(entered('other', '2026-11-02', '', now)).toBe('time')
  })
  it('is never later than now, and not more than a year ago', () => {
    expect(entered('today', '', '16:31', now)).toBe('future')
    expect(entered('other', '2026-11-22', '00:00', now)).toBe('future')
    expect(entered('other', '2025-11-22', '09:00', now)).toBe(new Date(2025, 10, 22, 9).getTime())
    expect(entered('other', '2025-11-21', '09:00', now)).toBe('too_old')
  })
})
