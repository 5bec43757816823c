import { describe, expect, it } from 'vitest'
import en from '../../messages/work/en.json'
import { cardOf, deckCards, needs } from '../../lib/deck'
import { eventKinds } from '../../lib/state-words'
import { headline, needLine } from './headline'
import { eventIcon, told } from './history'
import { levelLines, rowLine } from './row-words'
import type { InboxItem } from './types'

const leo = { id: 'y', name: 'Leo', avatar: 'a1' }
const word = (key: string) => (en as Record<string, string>)[key] ?? ''
const base: InboxItem = {
  id: 'a', card: 'sad', kind: 'feeling', youngPerson: leo, state: 'alerting', version: 1, receivedAt: '2026-11-21T14:00:00.000Z', handedToMe: false, withdrawnCheck: false
}

describe('the headline', () => {
  it('has words for every card and every need of the deck', () => {
    for (const card of deckCards) {
      const said = headline({ ...base, card: card.key }, word)
      expect(said.key in en, card.key).toBe(true)
      if ('word' in said.params) expect(said.params.word, card.key).not.toBe('')
      if (card.key !== 'something_else') expect(said.key, card.key).not.toBe('feels.something_else')
    }
    for (const need of [...needs, cardOf('need_stop')]) {
      expect(headline({ ...base, card: need.key, kind: 'need' }, word).key).toBe(`wants.${need.key}`)
      expect(needLine({ ...base, need: need.key })).toBe(`need.${need.key}`)
    }
  })

  it('says how much, and never guesses a card it does not know', () => {
    expect(headline({ ...base, intensity: 'quite' }, word)).toEqual({ key: 'feels.quite', params: { name: 'Leo', word: 'sad' } })
    expect(headline({ ...base, card: 'from_the_future' }, word).key).toBe('feels.something_else')
    expect(headline({ ...base, card: 'not_safe', kind: 'not_safe' }, word).key).toBe('feels.not_safe')
  })
})

describe('the second line', () => {
  const line = (more: Partial<InboxItem>) => rowLine({ ...base, ...more }, 'me', (at) => at)
  const jo = { id: 'j', name: 'Jo', avatar: 'a2' }
  it('tells taken back before anything else', () => {
    expect(line({ withdrawnCheck: true, state: 'withdrawn', handedToMe: true })?.key).toBe('row.takenBack')
  })
  it('tells mine from a colleague’s', () => {
    expect(line({ state: 'seen', who: { ...jo, id: 'me' } })?.key).toBe('row.seenYou')
    expect(line({ state: 'seen', who: jo })).toEqual({ key: 'row.seen', params: { who: 'Jo' } })
    expect(line({ state: 'seen' })?.key).toBe('row.seenSomeone')
  })
  it('names no one who is not named', () => {
    expect(line({ state: 'promised' })).toBeUndefined()
    expect(line({ state: 'overdue' })?.key).toBe('row.overduePlain')
    expect(line({ state: 'here' })?.key).toBe('row.hereSomeone')
  })
})

describe('the history', () => {
  it('has words and a sign for every event', () => {
    for (const kind of eventKinds) {
      for (const who of [undefined, leo]) {
        const said = told({ kind, at: base.receivedAt, who }, { name: 'Leo', someone: 'Someone', time: (at) => at })
        expect(said.key in en, kind).toBe(true)
      }
      expect(eventIcon(kind)).not.toBe('info')
    }
  })
  it('names whom a card was handed to, not who handed it', () => {
    const said = told({ kind: 'handed_over', at: base.receivedAt, who: leo, to: { id: 'j', name: 'Jo', avatar: 'a2' } }, { name: 'Leo', someone: 'Someone', time: (at) => at })
    expect(said.params.who).toBe('Jo')
  })
})

describe('how far a card has gone', () => {
  const time = (at: string) => at.slice(11, 16)
  const at = '2026-11-21T14:09:00.000Z'
  const jo = { id: 'j', name: 'Jo', avatar: 'a2' }
  it('is said from the second level on', () => {
    expect(levelLines({ ...base, level: 1 }, time)).toEqual([])
    for (const level of [2, 3, 4] as const) expect(levelLines({ ...base, level }, time)[0]?.key).toBe(`level.${level}`)
  })
  it('says who is told next, and when', () => {
    expect(levelLines({ ...base, level: 1, next: { kind: 'tell_next', at, who: jo } }, time)).toEqual([{ key: 'row.next', params: { who: 'Jo', time: '14:09' } }])
    expect(levelLines({ ...base, level: 2, next: { kind: 'tell_next', at } }, time)[1]).toEqual({ key: 'row.nextMore', params: { time: '14:09' } })
    expect(levelLines({ ...base, level: 4, next: { kind: 'again', at } }, time).map((one) => one.key)).toEqual(['level.4', 'row.again'])
  })
  it('says in the row that nobody came, or who saw it and did not', () => {
    expect(levelLines({ ...base, state: 'nobody', level: 4, next: { kind: 'again', at } }, time).map((one) => one.key)).toEqual(['row.again'])
    expect(rowLine({ ...base, state: 'nobody' }, 'me', time)?.key).toBe('row.nobody')
    expect(rowLine({ ...base, state: 'nobody', who: jo }, 'me', time)).toEqual({ key: 'row.nobodySeen', params: { who: 'Jo' } })
  })
  it('has words for each of it', () => {
    for (const key of ['level.2', 'level.3', 'level.4', 'row.next', 'row.nextMore', 'row.again', 'row.nobody', 'row.nobodySeen']) expect(word(key), key).not.toBe('')
  })
})
