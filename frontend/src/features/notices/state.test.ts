import { expect, it } from 'vitest'
import { inOrder, toldOf, wayTo } from './state.svelte'
import type { Notice } from './types'

const gap = (id: string, startsAt?: string): Notice => ({ id, kind: startsAt ? 'rota_gap' : 'no_lead', team: { id: 't 1', name: 'Days' }, startsAt, openedAt: '' })

it('only leads are told', () => {
  expect(toldOf(['keyworker'])).toBe(false)
  expect(toldOf(['keyworker', 'lead'])).toBe(true)
  expect(toldOf(['safeguarding'])).toBe(true)
  expect(toldOf(undefined)).toBe(false)
})

it('what comes first stands first', () =>
  expect(inOrder([gap('b', '2026-11-25T02:00:00Z'), gap('a', '2026-11-24T21:30:00Z'), gap('c')]).map((one) => one.id)).toEqual(['c', 'a', 'b']))

it('a kind of a newer server is left out', () => expect(inOrder([{ ...gap('x'), kind: 'new' as 'no_lead' }])).toEqual([]))

it('leads to the week in which it is mended', () => {
  expect(wayTo(gap('a', '2026-11-24T21:30:00Z'))).toBe('/work/rota?team=t+1&from=2026-11-24')
  expect(wayTo(gap('c'))).toBe('/work/rota?team=t+1')
  expect(wayTo({ id: 'g', kind: 'break_glass', openedAt: '' })).toBeUndefined()
})
