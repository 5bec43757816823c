import { expect, it } from 'vitest'
import { bounds, defaults, minutesOf, secondsOf } from './minutes'
import { kinds } from './types'

it('minutes become seconds, and back', () => {
  expect(['2', ' 2 ', '1.5', '1,5'].map((text) => secondsOf(text, 'notSafe'))).toEqual([120, 120, 90, 90])
  expect([120, 90, 5].map(minutesOf)).toEqual(['2', '1.5', '0.08'])
})

it('what is no number, or out of bounds, is not taken', () =>
  expect(['', 'two', '-1', '0', '11', '1e3', '2 min'].map((text) => secondsOf(text, 'notSafe'))).toEqual(Array(7).fill(undefined)))

it('the defaults may be set', () => {
  for (const kind of kinds) expect(secondsOf(minutesOf(defaults[kind]), kind)).toBe(defaults[kind])
  expect(bounds.notSafe.most).toBeLessThan(bounds.other.most)
})
