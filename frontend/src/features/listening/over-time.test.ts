import { expect, it } from 'vitest'
import { over } from './over-time'
import type { OwnAnswer } from './types'

const answer = (n: number, listened: OwnAnswer['listened']): OwnAnswer => ({ id: `a${n}`, at: new Date(n * 86_400_000).toISOString(), listened })

it('shows the newest answers, oldest first, and no height for what has none', () => {
  expect(over([answer(3, 2), answer(2, 'not_sure'), answer(1, 5)]).map((one) => [one.id, one.face])).toEqual([['a1', 5], ['a3', 2]])
  const many = Array.from({ length: 30 }, (_, i) => answer(30 - i, 3))
  expect(over(many).map((one) => one.id)).toEqual(['a21', 'a22', 'a23', 'a24', 'a25', 'a26', 'a27', 'a28', 'a29', 'a30'])
  expect(over([])).toEqual([])
})
