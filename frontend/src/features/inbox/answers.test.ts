import { describe, expect, it } from 'vitest'
import type { Status } from '../../lib/types'
import { answerKinds, bodyOf, previewOf, timeOf, timesFor, wordsLimit } from './answers'

const now = Date.parse('2026-11-21T14:08:20.000Z')
const sam = { id: 's', name: 'Sam', avatar: 'a1' }
const jo = { id: 'j', name: 'Jo', avatar: 'a2' }
const context = { call: '0800 1111', time: (at: string) => at }
const waiting: Status = { state: 'alerting' }

describe('what is sent', () => {
  it('is the very time that was shown', () => {
    for (const kind of answerKinds.filter((one) => timesFor(one, now).length || one === 'on_my_way')) {
      const shown = previewOf({ kind }, waiting, sam, now, context)
      expect(shown?.say.params.by).toBe(bodyOf({ kind }, now)?.at)
      expect(Date.parse(bodyOf({ kind }, now)?.at ?? '')).toBeGreaterThan(now)
    }
  })

  it('offers each time once, in order, at every minute of the hour', () => {
    for (let minute = 0; minute < 60; minute++) {
      for (const kind of answerKinds) {
        const times = timesFor(kind, now + minute * 60_000)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      }
    }
  })

  it('takes the time that was chosen', () => {
    const at = now + 3_600_000
    expect(timeOf({ kind: 'coming_at', at }, now)).toBe(at)
    expect(bodyOf({ kind: 'talk_after', at }, now)).toEqual({ kind: 'talk_after', at: new Date(at).toISOString() })
  })

  it('is nothing while a colleague or words are missing', () => {
    expect(bodyOf({ kind: 'hand_over' }, now)).toBeUndefined()
    expect(bodyOf({ kind: 'hand_over', to: jo }, now)).toEqual({ kind: 'hand_over', to: 'j' })
    expect(bodyOf({ kind: 'own_words', words: '  ' }, now)).toBeUndefined()
    expect(bodyOf({ kind: 'own_words', words: 'x'.repeat(wordsLimit + 1) }, now)).toBeUndefined()
    expect(bodyOf({ kind: 'own_words', words: ' On the stairs. ' }, now)).toEqual({ kind: 'own_words', words: 'On the stairs.' })
  })
})

describe('what the young person will read', () => {
  it('comes from the one table', () => {
    expect(previewOf({ kind: 'on_my_way' }, waiting, sam, now, context)?.say.key).toBe('state.promised_coming')
    expect(previewOf({ kind: 'sit_with_you' }, waiting, sam, now, context)?.say.key).toBe('state.promised_sit')
    expect(previewOf({ kind: 'talk_after' }, waiting, sam, now, context)?.say.key).toBe('state.promised_talk')
  })

  it('says for words and a handover that it was seen, and no more', () => {
    const words = previewOf({ kind: 'own_words', words: 'x' }, waiting, sam, now, context)
    expect(words?.say).toMatchObject({ key: 'state.seen', params: { who: 'Sam' } })
    const handed = previewOf({ kind: 'hand_over', to: jo }, waiting, sam, now, context)
    expect(handed?.next).toEqual({ key: 'next.handed_over', params: { who: 'Jo' } })
  })

  it('keeps what was promised when words are added', () => {
    const before: Status = { state: 'promised', who: jo, by: '2026-11-21T14:30:00.000Z', promise: 'coming', next: { kind: 'promise_due', at: '2026-11-21T14:30:00.000Z' } }
    expect(previewOf({ kind: 'own_words' }, before, sam, now, context)?.say).toMatchObject({ key: 'state.promised_coming', params: { who: 'Jo' } })
  })
})
