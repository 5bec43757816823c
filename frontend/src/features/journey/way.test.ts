import { describe, expect, it } from 'vitest'
import ar from '../../messages/young-more/ar.json'
import en from '../../messages/young-more/en.json'
import { type Local, arrives, bagOf, haltsOf, wishes, wishesOf } from './way'

const nothing: Local = { wishes: {}, things: [], gone: {}, packed: {} }
const none = new Set<string>()
const before = '2026-11-22T12:00:00Z'
const taken = '2026-11-22T12:00:05Z'
const after = '2026-11-22T12:00:06Z'
const bear = { id: 'bear', name: 'Bear', mine: true, packed: false, arrived: false, missing: false }

describe('the list of things', () => {
  it('shows what was written down here until the server tells of it, and never twice', () => {
    const local: Local = { ...nothing, things: [{ act: 'lamp', name: 'Lamp' }] }
    expect(bagOf([bear], local, before, none).map((one) => [one.name, one.waits])).toEqual([['Bear', false], ['Lamp', true]])
    const lamp = { ...bear, id: 'lamp', name: 'Lamp' }
    expect(bagOf([bear, lamp], local, before, none).map((one) => one.id)).toEqual(['bear', 'lamp'])
    // Taken, and asked after that: it is on the server's list or it was taken off by somebody else.
    expect(bagOf([bear], { ...local, things: [{ act: 'lamp', name: 'Lamp', takenAt: taken }] }, after, none)).toHaveLength(1)
  })

  it('ticks what has no signal yet, and lets the server’s tick stand once it was told', () => {
    const local: Local = { ...nothing, things: [{ act: 'lamp', name: 'Lamp' }], packed: { bear: { act: 'a', on: true }, lamp: { act: 'b', on: true } } }
    expect(bagOf([bear], local, before, none).map((one) => one.packed)).toEqual([true, true])
    expect(bagOf([bear], { ...nothing, packed: { bear: { act: 'a', on: true, takenAt: taken } } }, after, none)[0]?.packed).toBe(false)
  })

  it('brings back what was refused to be taken off', () => {
    const local: Local = { ...nothing, gone: { bear: { act: 'a' } } }
    expect(bagOf([bear], local, before, none)).toEqual([])
    expect(bagOf([bear], local, before, new Set(['a']))).toHaveLength(1)
  })
})

describe('wishes', () => {
  it('shows the new wish in place of the answer to the old one', () => {
    const choices = [{ key: 'seat', wish: 'In front', state: 'no' as const, reason: 'The law', by: { id: 's', name: 'Sam', avatar: 'a1' } }]
    const seat = (local: Local, time = before) => wishesOf(choices, local, time, none).find((one) => one.key === 'seat')
    expect(seat(nothing)).toEqual({ key: 'seat', wish: 'In front', state: 'no', reason: 'The law', by: 'Sam' })
    expect(seat({ ...nothing, wishes: { seat: { act: 'a', words: 'By the window' } } })).toEqual({ key: 'seat', wish: 'By the window', state: 'here' })
    expect(seat({ ...nothing, wishes: { seat: { act: 'a', words: 'By the window', takenAt: taken } } })?.state).toBe('asked')
    expect(seat({ ...nothing, wishes: { seat: { act: 'a', words: 'By the window', takenAt: taken } } }, after)?.wish).toBe('In front')
  })

  it('has words for each in every language', () => {
    for (const words of [en, ar] as Record<string, string>[]) {
      for (const key of wishes) expect([key, words[`way.wish.${key}`], words[`way.ask.${key}`]]).not.toContain(undefined)
    }
  })
})

describe('the road', () => {
  it('tells times only where it is known when they set off', () => {
    const stops = [{ name: 'Services', minutes: 40, toilet: true }, { name: 'Nan’s', toilet: false }]
    expect(haltsOf({ stops })).toEqual([{ name: 'Services', toilet: true }, { name: 'Nan’s', toilet: false }])
    expect(haltsOf({ leavesAt: before, stops })[0]?.at).toBe(Date.parse('2026-11-22T12:40:00Z'))
    expect(arrives({ minutes: 90 })).toBeUndefined()
    expect(arrives({ leavesAt: before, minutes: 90 })).toBe(Date.parse('2026-11-22T13:30:00Z'))
  })
})
