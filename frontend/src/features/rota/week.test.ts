import { describe, expect, it } from 'vitest'
import type { ShiftTime } from './types'
import { addDays, dateIn, daysFrom, endIn, isDate, isTime, lengthOf, momentIn, monday, rowsOf, spanOf, spansOn, timeIn, timesOn } from './week'

const london = 'Europe/London'

describe('days', () => {
  it('begin a week on its Monday', () => {
    expect(monday('2026-11-22')).toBe('2026-11-16')
    expect(monday('2026-11-23')).toBe('2026-11-23')
  })
  it('run over the end of months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(daysFrom('2026-10-23')).toEqual(['2026-10-23', '2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27', '2026-10-28', '2026-10-29'])
  })
  it('are told from what is none', () => {
    expect([isDate('2026-02-28'), isDate('2026-02-30'), isDate('soon'), isDate('')]).toEqual([true, false, false, false])
    expect([isTime('07:30'), isTime('24:00'), isTime('7:30'), isTime('')]).toEqual([true, false, false, false])
  })
})

describe('times by the clock of the home', () => {
  it('are those of its zone, not of the browser', () => {
    expect(timeIn('2026-07-01T06:30:00Z', london)).toBe('07:30')
    expect(dateIn('2026-07-01T23:30:00Z', london)).toBe('2026-07-02')
    expect(new Date(momentIn('2026-07-01', '07:30', london)).toISOString()).toBe('2026-07-01T06:30:00.000Z')
    expect(new Date(momentIn('2026-11-24', '07:30', 'Asia/Kolkata')).toISOString()).toBe('2026-11-24T02:00:00.000Z')
  })
  it('end at 24:00 where the day ends', () => {
    expect(endIn('2026-11-25T00:00:00Z', '2026-11-24', london)).toBe('24:00')
    expect(endIn('2026-11-24T00:00:00Z', '2026-11-24', london)).toBe('00:00')
  })
})

describe('a night’s true length', () => {
  it('is ten hours as a rule', () => expect(lengthOf({ startsAt: '2026-11-24T21:30:00Z', endsAt: '2026-11-25T07:30:00Z' }, london)).toEqual({ minutes: 600, clocks: undefined }))
  it('is an hour more when the clocks go back', () => {
    const span = spanOf('2026-10-24', '21:30', '07:30', true, london)
    expect(span && lengthOf(span, london)).toEqual({ minutes: 660, clocks: 'back' })
  })
  it('is an hour less when they go forward', () => {
    const span = spanOf('2027-03-27', '21:30', '07:30', true, london)
    expect(span && lengthOf(span, london)).toEqual({ minutes: 540, clocks: 'forward' })
  })
  it('is not to be had of reversed or unfinished times', () => {
    expect(spanOf('2026-11-24', '21:30', '07:30', false, london)).toBeUndefined()
    expect(spanOf('2026-11-24', '', '07:30', false, london)).toBeUndefined()
  })
})

describe('gaps', () => {
  it('are cut at midnight, so that each day shows its own part', () => {
    const gaps = [{ startsAt: '2026-11-24T22:00:00Z', endsAt: '2026-11-25T07:00:00Z' }]
    expect(spansOn('2026-11-24', gaps, london)).toEqual([{ startsAt: '2026-11-24T22:00:00.000Z', endsAt: '2026-11-25T00:00:00.000Z' }])
    expect(spansOn('2026-11-25', gaps, london)).toEqual([{ startsAt: '2026-11-25T00:00:00.000Z', endsAt: '2026-11-25T07:00:00.000Z' }])
    expect(spansOn('2026-11-26', gaps, london)).toEqual([])
  })
  it('of a whole day of 25 hours are whole', () => {
    const [gap] = spansOn('2026-10-25', [{ startsAt: '2026-10-20T00:00:00Z', endsAt: '2026-10-30T00:00:00Z' }], london)
    expect(gap && lengthOf(gap, london).minutes).toBe(25 * 60)
  })
})

describe('the week', () => {
  const time = (id: string, role: ShiftTime['role'], name: string, date: string, startsAt: string): ShiftTime => ({
    shiftId: id, role, date, startsAt, endsAt: startsAt, person: { id: name, name, avatar: 'a1' }, changed: false, onDuty: false
  })
  const times = [
    time('3', 'cover', 'Sam', '2026-11-24', '2026-11-24T21:30:00Z'),
    time('1', 'team', 'Jo', '2026-11-24', '2026-11-24T07:30:00Z'),
    time('2', 'cover', 'Ada', '2026-11-25', '2026-11-25T07:30:00Z')
  ]
  it('stands by role, then by name', () => {
    const rows = rowsOf(times, daysFrom('2026-11-23'), 'en')
    expect(rows.map(({ role, rows }) => [role, rows.map((row) => row.person.name)])).toEqual([['cover', ['Ada', 'Sam']], ['team', ['Jo']]])
    expect(rows[0]?.rows[1]?.days.map((day) => day.length)).toEqual([0, 1, 0, 0, 0, 0, 0])
  })
  it('lists a day by its start', () => expect(timesOn(times, '2026-11-24').map((one) => one.shiftId)).toEqual(['1', '3']))
})
