import { describe, expect, it } from 'vitest'
import { clashing, decided, type Part, settle } from './conflict'

const part = (key: string, mine: string, theirs: string): Part => ({ key, name: key, mine, theirs, text: true })
const parts = [part('reason', 'nearer school', 'nearer to your school'), part('day', '27', '27'), part('wishes', '', 'asked')]

describe('two who wrote at once', () => {
  it('are asked about what differs, and about nothing else', () => {
    expect(clashing(parts).map((one) => one.key)).toEqual(['reason', 'wishes'])
    expect(clashing([part('reason', 'same ', ' same')])).toEqual([])
  })

  it('are asked about two of one name, and not about one of two names', () => {
    const escort = (mine: string, theirs: string, values: Part['values']): Part => ({ ...part('escort', mine, theirs), values })
    expect(clashing([escort('Sam', 'Sam', { mine: 's1', theirs: 's2' })]).map((one) => one.key)).toEqual(['escort'])
    expect(clashing([escort('Sam', '', { mine: ['s1'], theirs: ['s1'] })])).toEqual([])
  })

  it('are not done before each part was chosen', () => {
    expect(decided(parts, {})).toBe(false)
    expect(decided(parts, { reason: { from: 'mine' } })).toBe(false)
    expect(decided(parts, { reason: { from: 'mine' }, wishes: { from: 'theirs' } })).toBe(true)
  })

  it('get each part from where it was picked, and what they put together as they put it', () => {
    const mine = { reason: 'mine', wishes: 'mine', day: '27', stops: ['a'] }
    const theirs = { reason: 'theirs', wishes: 'theirs', day: '28', stops: ['b'] }
    expect(settle(mine, theirs, { reason: { from: 'both', words: 'theirs\nmine' }, wishes: { from: 'mine' }, day: { from: 'theirs' }, stops: { from: 'theirs' } }))
      .toEqual({ reason: 'theirs\nmine', wishes: 'mine', day: '28', stops: ['b'] })
  })
})
