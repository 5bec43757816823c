import { describe, expect, it } from 'vitest'
import { momentOf } from './when'

const now = new Date(2026, 10, 21, 16, 30).getTime()
const at = (day: number, hour: number, minute: number): number => new Date(2026, 10, day, hour, minute).getTime()

describe('when a contact was', () => {
  it('is now when nothing else is said', () => expect(momentOf('now', '09:00', now)).toBe(now))
  it('is the hour that was remembered', () => {
    expect(momentOf('today', '15:20', now)).toBe(at(21, 15, 20))
    expect(momentOf('yesterday', '15:20', now)).toBe(at(20, 15, 20))
  })
  it('is never ahead: the server would refuse it', () => expect(momentOf('today', '18:00', now)).toBe(now))
  it('does without an hour', () => {
    expect(momentOf('today', '', now)).toBe(now)
    expect(momentOf('yesterday', '', now)).toBe(at(20, 12, 0))
  })
})
