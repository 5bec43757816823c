import { describe, expect, it } from 'vitest'
import { endingSoon, standing } from './state.svelte'
import type { DutyAnswer } from './types'

const at = (time: string): number => Date.parse(`2026-11-24T${time}:00.000Z`)
const iso = (time: string): string => new Date(at(time)).toISOString()
const shift = { startsAt: iso('07:30'), endsAt: iso('21:30'), role: 'cover' as const, team: { id: 't', name: 'Days' } }
const answer = (more: Partial<DutyAnswer>): DutyAnswer => ({ planned: true, state: 'off', shift, ...more })

describe('what a worker is told of their duty', () => {
  it('is nothing where no rota is planned', () => expect(standing(answer({ planned: false }), at('09:00'))).toBeUndefined())
  it('is off until a test is answered', () => {
    expect(standing(answer({}), at('09:00'))).toEqual({ kind: 'off', until: shift.endsAt })
    expect(standing(answer({ state: 'asked' }), at('09:00'))).toEqual({ kind: 'off', until: shift.endsAt })
    expect(standing(answer({ state: 'asked', askedAt: iso('08:59') }), at('09:00'))).toEqual({ kind: 'asked', until: shift.endsAt, at: iso('08:59') })
  })
  it('is on, with the next test only when it comes before the end', () => {
    expect(standing(answer({ state: 'on', goodUntil: iso('13:00') }), at('09:00'))).toEqual({ kind: 'on', until: shift.endsAt, test: iso('13:00') })
    expect(standing(answer({ state: 'on', goodUntil: iso('22:00') }), at('20:00'))).toEqual({ kind: 'on', until: shift.endsAt, test: undefined })
  })
  it('is never "on" after the last test has run out, whatever was loaded', () =>
    expect(standing(answer({ state: 'on', goodUntil: iso('13:00') }), at('13:00'))).toEqual({ kind: 'lapsed', until: shift.endsAt }))
  it('is none before the shift', () => expect(standing(answer({ shift: undefined, nextShift: { startsAt: 'x' } }), at('06:00'))).toEqual({ kind: 'none', next: 'x' }))
  it('is none once the shift has ended', () => expect(standing(answer({ state: 'on', goodUntil: iso('23:00'), nextShift: { startsAt: 'x' } }), at('21:30'))).toEqual({ kind: 'none', next: 'x' }))
})

describe('the hand-over', () => {
  it('is asked for in the last half hour of a shift', () => {
    expect(endingSoon(answer({ state: 'on' }), at('20:59'))).toBeUndefined()
    expect(endingSoon(answer({ state: 'on' }), at('21:00'))).toBe(shift.endsAt)
    expect(endingSoon(answer({ state: 'on' }), at('21:30'))).toBeUndefined()
    expect(endingSoon(answer({ state: 'none', shift: undefined }), at('21:00'))).toBeUndefined()
  })
})
