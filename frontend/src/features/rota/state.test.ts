import { describe, expect, it } from 'vitest'
import { ApiError } from '../../lib/http'
import { asked, mayEdit, noRota, refusalOf } from './state.svelte'
import type { RotaAnswer } from './types'

const refused = (reason: string, fields: Record<string, string>) => new ApiError(422, 'invalid', { reason, fields, fromHeard: true })

describe('what the server has against a plan', () => {
  it('comes with the place, in its words where it sends no moments', () => {
    expect(refusalOf(refused('gap', { gap: 'Tue 24 Nov 02:00 to 07:00: nobody is on.' }))).toEqual({ reason: 'gap', span: undefined, person: undefined, more: 0, text: 'Tue 24 Nov 02:00 to 07:00: nobody is on.' })
  })
  it('comes with moments that every language can say', () => {
    const span = { startsAt: '2026-11-24T02:00:00Z', endsAt: '2026-11-24T07:00:00Z' }
    expect(refusalOf(refused('overlap', { ...span, person: 'Jo', more: '2' }))).toEqual({ reason: 'overlap', span, person: 'Jo', more: 2, text: '' })
  })
  it('is no place when the moments can’t be read', () => expect(refusalOf(refused('gap', { startsAt: 'soon', endsAt: 'later' }))?.span).toBeUndefined())
  it('is a fault like any other for other reasons', () => {
    expect(refusalOf(refused('full', {}))).toBeUndefined()
    expect(refusalOf(new ApiError(0, 'offline'))).toBeUndefined()
    expect(refusalOf(undefined)).toBeUndefined()
  })
})

describe('the address', () => {
  it('names team and week; without it the week of today', () => {
    expect(asked('?team=t1&from=2026-11-26', '2026-01-01')).toEqual({ team: 't1', from: '2026-11-23' })
    expect(asked('?from=someday', '2026-11-22')).toEqual({ team: '', from: '2026-11-16' })
  })
})

describe('a rota', () => {
  const answer = (more: Partial<RotaAnswer>): RotaAnswer => ({ teams: [{ id: 't', name: 'Days', may: 'read' }], team: 't', timeZone: 'Europe/London', people: [], times: [], gaps: [], shifts: [], ...more })
  it('is changed only by whom the server lets', () => {
    expect(mayEdit(answer({}))).toBe(false)
    expect(mayEdit(answer({ teams: [{ id: 't', name: 'Days', may: 'edit' }] }))).toBe(true)
    expect(mayEdit(undefined)).toBe(false)
  })
  it('that was never made is not one full of gaps', () => expect(noRota(answer({}))).toBe(true))
})
