import { describe, expect, it } from 'vitest'
import common from '../messages/common/en.json'
import young from '../messages/young/en.json'
import { format } from './message'
import type { Rota, TrustedPerson } from './types'
import { whoIsOn } from './who-is-on'

const messages = { ...common, ...young } as Record<string, string>
const now = Date.parse('2026-11-21T20:00:00Z')
const context = { now, hour: (at: string) => at.slice(11, 16), list: (names: string[]) => names.join(' and ') }
const person = (id: string, more: Partial<TrustedPerson> = {}): TrustedPerson => ({ id, name: id, avatar: 'a1', role: 'keyworker', default: true, staff: true, on: false, ...more })
const sam = person('Sam', { on: true, until: '2026-11-21T22:00:00Z' })
const jo = person('Jo', { on: true, until: '2026-11-22T07:00:00Z' })
const rota: Rota = { planned: true }

function said(people: TrustedPerson[], more: Partial<Rota> = {}, audience = people.map((one) => one.id), at = now): string | undefined {
  const words = whoIsOn(people, audience, { ...rota, ...more }, { ...context, now: at })
  if (!words) return undefined
  expect(messages[words.key], words.key).toBeDefined()
  return format('en', messages[words.key] ?? '', words.params)
}

describe('who is on', () => {
  it('names the one who is, and until when', () => expect(said([sam])).toBe('Sam is on until 22:00.'))
  it('names several without an hour', () => expect(said([sam, jo])).toBe('Sam and Jo are on.'))
  it('says nothing about an hour nobody planned', () => expect(said([person('Sam', { on: true })])).toBe('Sam is on.'))
  it('speaks of those chosen only', () => expect(said([sam, jo], {}, ['Jo'])).toBe('Jo is on until 07:00.'))
  it('never counts family as on', () => expect(said([person('Rosa', { staff: false, on: true })])).toBe('Nobody is on right now. You can still send it.'))

  it('tells the truth when nobody is', () => {
    expect(said([person('Sam')], { nextOn: '2026-11-22T08:00:00Z' })).toBe('Nobody is on until 08:00. You can still send it.')
    expect(said([person('Sam')])).toBe('Nobody is on right now. You can still send it.')
  })

  it('says who covers', () => {
    expect(said([person('Sam')], { covering: jo })).toBe('Sam isn’t on now. Jo is, and is told too.')
    expect(said([person('Sam'), person('Kim')], { covering: jo })).toBe('Jo is on, and is told too.')
  })

  it('says nothing without a rota, or from an older server', () => {
    expect(whoIsOn([sam], ['Sam'], undefined, context)).toBeUndefined()
    expect(said([sam], { planned: false })).toBeUndefined()
  })

  it('claims nothing that has passed in the meantime', () => {
    const late = Date.parse('2026-11-21T22:00:01Z')
    expect(said([sam], { nextOn: '2026-11-22T08:00:00Z' }, ['Sam'], late)).toBeUndefined()
    expect(said([sam, jo], {}, ['Sam', 'Jo'], late)).toBe('Jo is on until 07:00.')
    expect(said([person('Sam')], { nextOn: '2026-11-21T21:00:00Z' }, ['Sam'], late)).toBeUndefined()
  })
})
