import { describe, expect, it } from 'vitest'
import type { TrustedPerson } from '../../lib/types'
import { switchedOff, toggleAudience } from './audience'
import { defaultAudience } from './state.svelte'

const person = (id: string, more: Partial<TrustedPerson> = {}): TrustedPerson => ({ id, name: id, avatar: 'a1', role: 'lead', default: false, staff: true, ...more })
const sam = person('sam', { role: 'keyworker', default: true })
const jo = person('jo', { role: 'safeguarding' })
const rosa = person('rosa', { role: 'family', staff: false })

describe('who gets a card', () => {
  it('is the keyworker when nothing was changed', () => expect(defaultAudience([sam, jo, rosa])).toEqual(['sam']))
  it('is all staff when no one is the default', () => expect(defaultAudience([jo, rosa])).toEqual(['jo']))
  it('has staff even if a relative is the only default', () => expect(defaultAudience([jo, { ...rosa, default: true }])).toEqual(['rosa', 'jo']))

  it('can be without the keyworker, if another member of staff stays', () => {
    expect(toggleAudience([sam, jo], ['sam', 'jo'], 'sam')).toEqual(['jo'])
  })

  it('is never without staff', () => {
    expect(toggleAudience([sam, jo, rosa], ['sam'], 'sam')).toEqual(['sam'])
    expect(toggleAudience([sam, jo, rosa], ['sam', 'rosa'], 'sam')).toEqual(['sam', 'rosa'])
    expect(toggleAudience([sam, jo, rosa], ['sam', 'rosa'], 'rosa')).toEqual(['sam'])
  })

  it('names those who would have got it and were switched off', () => {
    expect(switchedOff([sam, jo, rosa], ['jo'])).toEqual(['sam'])
    expect(switchedOff([sam, jo, rosa], ['sam', 'jo'])).toEqual([])
    expect(switchedOff([sam, person('lead'), rosa], ['sam'])).toEqual([])
  })
})
