import { beforeEach, describe, expect, it } from 'vitest'
import { forgetAll } from '../../lib/forget'
import type { TrustedPerson } from '../../lib/types'
import { type Subject, answerOf, asked, draftOf, drafts, facesIn, last, listened, subjectOf } from './state.svelte'

const sam = { id: 'sam', name: 'Sam', avatar: 'a1' }
const talk = { id: 'c1', kind: 'meeting' as const, at: '2026-11-21T15:20:00.000Z', with: sam }
const trusted = (id: string, staff: boolean): TrustedPerson => ({ id, name: id, avatar: 'a1', role: 'lead', default: false, staff })
const about = asked({ id: 'ask1', contact: talk, expiresAt: '2026-11-28T15:20:00.000Z' })

beforeEach(forgetAll)

describe('the order of the faces', () => {
  it('is what the server drew', () => {
    expect(facesIn('best_first')).toEqual([5, 4, 3, 2, 1])
    expect(facesIn('best_last')).toEqual([1, 2, 3, 4, 5])
  })
})

describe('what is sent', () => {
  it('closes the question and names the contact, nobody is told by default', () => {
    expect(answerOf('a1', about, 4, { words: '  ', tell: false })).toEqual({ what: 'answer', id: 'a1', ask: 'ask1', contact: 'c1', listened: 4, tell: false })
  })
  it('carries what was added', () => {
    expect(answerOf('a1', { key: 'sam', with: sam }, 1, { serious: 2, say: 3, words: ' late ', tell: true })).toEqual({ what: 'answer', id: 'a1', with: 'sam', listened: 1, serious: 2, say: 3, words: 'late', tell: true })
  })
  it.each(['not_sure', 'skip'] as const)('%s carries nothing besides, whatever was begun', (choice) => {
    expect(answerOf('a1', about, choice, { serious: 2, words: 'late', tell: true })).toEqual({ what: 'answer', id: 'a1', ask: 'ask1', contact: 'c1', listened: choice, tell: false })
  })
  it('keeps to a thousand letters', () => expect(answerOf('a1', about, 5, { words: 'x'.repeat(1200), tell: false }).words).toHaveLength(1000))
})

describe('whom it is about', () => {
  const find = (query: string, people: TrustedPerson[] = []): Subject | undefined => subjectOf(new URLSearchParams(query), people)
  it('is the open question, with it', () => {
    listened.ask = { id: 'ask1', contact: talk, expiresAt: '2026-11-28T15:20:00.000Z' }
    listened.contacts = [talk]
    expect(find('contact=c1')).toMatchObject({ ask: 'ask1', with: sam })
  })
  it('is a contact of theirs, without a question', () => {
    listened.contacts = [talk]
    expect(find('contact=c1')).toMatchObject({ key: 'c1', with: sam })
    expect(find('contact=c1')?.ask).toBeUndefined()
  })
  it('is one of the staff, never family', () => {
    expect(find('with=jo', [trusted('jo', true)])?.key).toBe('jo')
    expect(find('with=rosa', [trusted('rosa', false)])).toBeUndefined()
  })
  it('is nothing that is not there', () => expect(find('contact=c9')).toBeUndefined())
})

it('is all forgotten in one moment', () => {
  listened.ask = { id: 'ask1', contact: talk, expiresAt: '2026-11-28T15:20:00.000Z' }
  listened.mine = [{ id: 'a1', at: talk.at, listened: 2, words: 'nobody asked' }]
  draftOf(about).words = 'half a sentence'
  last.who = 'Sam'
  forgetAll()
  expect(JSON.stringify([listened, drafts, last])).not.toMatch(/Sam|nobody asked|half/)
})
