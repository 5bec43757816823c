import { describe, expect, it } from 'vitest'
import { arrivals, cardMoved, emptyInbox, lastCall, pressable, stillMine, stillOpen, waitingCount } from './state.svelte'
import type { Groups, InboxItem, StaffCard } from './types'

const item = (id: string, more: Partial<InboxItem> = {}): InboxItem => ({
  id,
  card: 'sad',
  kind: 'feeling',
  youngPerson: { id: 'y', name: 'Leo', avatar: 'a1' },
  state: 'alerting',
  version: 1,
  receivedAt: '2026-11-21T14:00:00.000Z',
  handedToMe: false,
  withdrawnCheck: false,
  ...more
})
const groups = (waiting: InboxItem[], coming: InboxItem[] = [], check: InboxItem[] = []): Groups => ({ waiting, coming, check })
const open = (id: string, version: number) => ({ id, version }) as StaffCard

describe('new cards', () => {
  it('are not announced at the first load', () => {
    expect(arrivals(undefined, groups([item('a')]))).toEqual([])
  })

  it('are those that did not wait before, also when they come back from "coming"', () => {
    const found = arrivals(groups([item('a')], [item('b')]), groups([item('a'), item('b'), item('c')]))
    expect(found.map((one) => one.id)).toEqual(['b', 'c'])
  })
})

describe('a press in the list', () => {
  const unsafe = { kind: 'not_safe', card: 'not_safe' } as const
  it('is offered for "I don’t feel safe" that nobody has seen', () => {
    expect(pressable(item('a', unsafe))).toBe(true)
    expect(pressable(item('a', { ...unsafe, state: 'no_channel' }))).toBe(true)
  })
  it('is not offered for what was seen, taken back, or is another card', () => {
    expect(pressable(item('a', { ...unsafe, state: 'seen' }))).toBe(false)
    expect(pressable(item('a', { ...unsafe, state: 'withdrawn', withdrawnCheck: true }))).toBe(false)
    expect(pressable(item('a'))).toBe(false)
  })
})

describe('the open card', () => {
  it('is fetched again only when it moved: each fetch is a look the young person can see', () => {
    const before = groups([item('a', { version: 3 })])
    expect(cardMoved(before, groups([item('a', { version: 3 })]), open('a', 3))).toBe(false)
    expect(cardMoved(before, groups([], [item('a', { version: 4 })]), open('a', 3))).toBe(true)
    expect(cardMoved(before, groups([]), open('a', 3))).toBe(true)
    expect(cardMoved(groups([]), groups([]), open('a', 3))).toBe(false)
    expect(cardMoved(before, groups([]), undefined)).toBe(false)
  })
})

describe('the number on the icon', () => {
  it('counts what waits, not what is coming', () => {
    expect(waitingCount(groups([item('a'), item('b')], [item('c')]))).toBe(2)
    expect(waitingCount(undefined)).toBe(0)
    expect(emptyInbox(groups([], [item('c')]))).toBe(false)
    expect(emptyInbox(groups([]))).toBe(true)
  })
})

describe('cards behind broken glass', () => {
  const until = '2026-11-21T15:00:00.000Z'
  const list = { youngPerson: { id: 'y', name: 'Leo', avatar: 'a1' }, until, cards: [item('a')] }
  it('leave the screen when the hour is over', () => {
    expect(stillOpen(list, Date.parse(until) - 1)).toHaveLength(1)
    expect(stillOpen(list, Date.parse(until))).toEqual([])
  })
  it('stay when they come to this worker anyway', () => {
    expect(stillOpen({ ...list, until: undefined }, Date.parse(until))).toHaveLength(1)
  })
})

describe('a card to which nobody has come', () => {
  it('stands above the others, in the order the server gave', () => {
    const { first, rest } = lastCall([item('a'), item('b', { state: 'nobody' }), item('c', { kind: 'not_safe' }), item('d', { state: 'nobody' })])
    expect([first, rest].map((list) => list.map((one) => one.id))).toEqual([['b', 'd'], ['a', 'c']])
  })
  it('can be pressed from the list, whatever its kind', () => expect(pressable(item('a', { state: 'nobody' }))).toBe(true))
  it('is not pressed twice by the same person', () => {
    const seen = item('a', { state: 'nobody', who: { id: 'sam', name: 'Sam', avatar: 'a1' } })
    expect([pressable(seen, 'sam'), pressable(seen, 'jo')]).toEqual([false, true])
  })
  it('can’t be pressed once it was taken back: then it is checked on', () => expect(pressable(item('a', { state: 'nobody', withdrawnCheck: true }))).toBe(false))
})

describe('what is to be handed over', () => {
  const me = { id: 'sam', name: 'Sam', avatar: 'a1' }
  const jo = { id: 'jo', name: 'Jo', avatar: 'a2' }
  it('is what rests on me, not what only waits or what I asked to be sorted', () => {
    const mine = stillMine(
      groups([item('a'), item('b', { state: 'seen', who: me }), item('c', { state: 'overdue', who: me })], [item('d', { state: 'promised', who: me }), item('e', { state: 'here', who: jo })], [item('f', { state: 'check', who: me })]),
      'sam'
    )
    expect(mine.map((one) => one.id)).toEqual(['b', 'd'])
  })
  it('is nothing before the list has come', () => expect(stillMine(undefined, 'sam')).toEqual([]))
})
