import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import en from '../../messages/pack/en.json'
import { helloOf, known, offered } from './words'

it('has a picture and words for every card the server offers, and for no other', () => {
  const { cards } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../assets/hello.json'), 'utf8')) as { cards: string[] }
  expect([...known].sort()).toEqual([...cards].sort())
  for (const key of cards) expect((helloOf(key)?.words ?? '') in en).toBe(true)
  expect(offered([...cards, 'of_a_later_server']).map((one) => one.key)).toEqual(cards)
})
