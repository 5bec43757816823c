import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../messages/common/en.json'
import { format } from './message'
import { type WordsContext, eventKinds, eventWords, stateWords, states } from './state-words'
import type { CardEvent, CardState, Status } from './types'

const messages = en as Record<string, string>
const jo = { id: 'jo', name: 'Jo', avatar: 'a2' }
const sam = { id: 'sam', name: 'Sam', avatar: 'a1' }
const context: WordsContext = { call: '01632 960 010', time: (at) => at.slice(11, 16) }
const at = '2026-11-21T14:06:00.000Z'
const by = '2026-11-21T14:30:00.000Z'

function said(status: Status, more: Partial<WordsContext> = {}): { tone: string; say: string; next?: string } {
  const words = stateWords(status, { ...context, ...more })
  const text = (part: { key: string; params: Record<string, string | number> }): string => {
    expect(messages[part.key], part.key).toBeDefined()
    return format('en', messages[part.key] ?? '', part.params)
  }
  return { tone: words.tone, say: text(words.say), ...(words.next && { next: text(words.next) }) }
}

/** Every shape a state can come in: with and without a person, and the variants of cards.md. */
const cases: { name: string; status: Status; more?: Partial<WordsContext> }[] = [
  ...states.flatMap((state) => [
    { name: state, status: { state } },
    { name: `${state} by Sam`, status: { state, who: sam, at, by } }
  ]),
  { name: 'promised to sit', status: { state: 'promised', who: sam, by, promise: 'sit' } },
  { name: 'promised to talk', status: { state: 'promised', who: sam, by, promise: 'talk' } },
  { name: 'promised, due', status: { state: 'promised', who: sam, by, promise: 'coming', next: { kind: 'promise_due', at: by } } },
  { name: 'answered without a time', status: { state: 'promised', who: sam } },
  { name: 'handed over', status: { state: 'seen', who: sam, at, next: { kind: 'handed_over', who: jo } } },
  { name: 'overdue by Sam, Jo told', status: { state: 'overdue', who: sam, told: jo, level: 2 } },
  { name: 'overdue, Jo told', status: { state: 'overdue', told: jo, level: 2 } },
  { name: 'overdue, told the same', status: { state: 'overdue', who: sam, told: sam, level: 3 } },
  { name: 'Sam not reached, trying Jo', status: { state: 'no_channel', who: sam, told: jo, level: 2 } },
  { name: 'not reached, trying Jo', status: { state: 'no_channel', told: jo, level: 2 } },
  ...(['received', 'alerting', 'no_channel', 'seen', 'promised', 'overdue', 'nobody', 'withdrawn'] as const).flatMap((state) => [
    { name: `${state}, then Jo`, status: { state, who: state === 'received' || state === 'nobody' ? undefined : sam, at, by, next: { kind: 'tell_next' as const, at: '2026-11-21T14:09:00.000Z', who: jo } } },
    { name: `${state}, then more people`, status: { state, next: { kind: 'tell_next' as const, at: '2026-11-21T14:09:00.000Z' } } }
  ]),
  { name: 'nobody, again', status: { state: 'nobody', level: 4, next: { kind: 'again', at: by } } },
  { name: 'seen, the safeguarding lead again', status: { state: 'seen', who: sam, at, next: { kind: 'again', at: by } } },
  { name: 'taken back, not safe', status: { state: 'withdrawn' }, more: { checked: true } },
  { name: 'closed by Sam', status: { state: 'closed', who: sam }, more: { closedBy: 'Sam' } },
  { name: 'closed, seen while locked', status: { state: 'closed', who: sam }, more: { closer: 'unknown' } }
]

describe('the table of words', () => {
  it('is the golden file (delete it and run again to write a new one, then read every line)', () => {
    const path = join(import.meta.dirname, 'golden/states.json')
    const table = cases.map(({ name, status, more }) => ({ name, status, ...(more && { context: more }), words: said(status, more) }))
    if (!existsSync(path)) writeFileSync(path, `${JSON.stringify({ language: 'en', call: context.call, cases: table }, null, 2)}\n`)
    expect(JSON.parse(readFileSync(path, 'utf8')).cases).toEqual(JSON.parse(JSON.stringify(table)))
  })

  it('has words for every state, and leaves no hole in them', () => {
    for (const { name, status, more } of cases) {
      const { say, next } = said(status, more)
      expect([name, /\s{2}|^\s|\s[.,?]|undefined|\{|^\.|by \.|at \./.test(`${say} ${next ?? ''}`.trim())]).toEqual([name, false])
    }
  })

  it('claims that a person saw it only for states that a press has made', () => {
    const pressed: CardState[] = ['seen', 'promised', 'here', 'check']
    for (const { status, more } of cases) {
      const { tone, say } = said(status, more)
      if (pressed.includes(status.state)) continue
      expect([status.state, tone === 'answered' || /\bsaw\b|is coming|will sit|wants to talk/.test(say)]).toEqual([status.state, false])
    }
  })

  it('says what nobody has seen', () => {
    for (const state of ['received', 'alerting', 'refused', 'nobody'] as const) expect(said({ state }).say).toMatch(/No one has seen (it|this)|hasn’t seen it/)
    expect(said({ state: 'on_phone' }).say).toContain('Not sent yet')
  })

  it('gives a number wherever nobody can be reached or came', () => {
    for (const state of ['not_saved', 'no_channel', 'overdue', 'nobody'] as const) {
      expect(said({ state, who: sam }).say).toContain('01632 960 010')
      expect(said({ state }).say).toContain('01632 960 010')
    }
  })

  it('says whom it told next, in the words of the table', () => {
    expect(said({ state: 'overdue', who: sam, told: jo }).say).toBe('Sam hasn’t come yet. We’ve told Jo too.')
    expect(said({ state: 'no_channel', who: sam, told: jo }).say).toBe('Can’t reach Sam. Trying Jo.')
    expect(said({ state: 'alerting', who: sam, next: { kind: 'tell_next', at: '2026-11-21T14:09:00.000Z', who: jo } }).next).toBe('If nobody looks by 14:09, we tell Jo.')
  })

  it('says that no one has seen it only while no one has', () => {
    expect(said({ state: 'nobody' }).say).toBe('No one has seen this yet. That’s not your fault. We keep trying. You can call 01632 960 010.')
    expect(said({ state: 'nobody', who: sam }).say).not.toContain('No one has seen')
  })

  it('does not say that the young person closed what a lead closed', () => {
    expect(said({ state: 'closed' }, { closedBy: 'Sam' }).say).toBe('Sam closed this. You can open it again.')
  })
})

describe('the history', () => {
  it('has words for every kind of event', () => {
    for (const kind of eventKinds) {
      for (const who of [sam, undefined]) {
        for (const told of [jo, undefined]) {
          const words = eventWords({ kind, at, by, who, told } as CardEvent, context, 'leo')
          expect(messages[words.key], words.key).toBeDefined()
          if (who) expect([kind, format('en', messages[words.key] ?? '', words.params)]).toEqual([kind, expect.not.stringMatching(/\s{2}|^\s|\s$|undefined/)])
        }
      }
    }
  })

  it('names whom it told at each level', () => {
    expect(eventWords({ kind: 'escalated', at, told: jo, level: 2 }, context)).toMatchObject({ key: 'event.escalated', params: { who: 'Jo' } })
    expect(eventWords({ kind: 'escalated', at, level: 3 }, context).key).toBe('event.escalated_alone')
    expect(eventWords({ kind: 'overdue', at, who: sam, told: jo, level: 2 }, context)).toMatchObject({ key: 'event.overdue_told', params: { who: 'Sam', told: 'Jo' } })
  })

  it('says "you" for the young person and the name for anyone else', () => {
    expect(eventWords({ kind: 'closed', at, who: { id: 'leo', name: 'Leo', avatar: 'a4' } }, context, 'leo').key).toBe('event.closed')
    expect(eventWords({ kind: 'closed', at, who: sam }, context, 'leo').key).toBe('event.closed_by')
  })
})
