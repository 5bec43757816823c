import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import en from '../../messages/pack/en.json'
import arabic from '../../messages/young-more/ar.json'
import english from '../../messages/young-more/en.json'
import { helloOf, known, offered } from './words'

it('has a picture and words for every card the server offers, and for no other', () => {
  const { cards } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../assets/hello.json'), 'utf8')) as { cards: string[] }
  expect([...known].sort()).toEqual([...cards].sort())
  for (const key of cards) expect((helloOf(key)?.words ?? '') in en).toBe(true)
  expect(offered([...cards, 'of_a_later_server']).map((one) => one.key)).toEqual(cards)
})

it('never tells a buddy of a next place: whoever lives there would read that they are moving', () => {
  // What a phone says of anything that was said and waits or was refused: it can't read which of the two sides said it.
  for (const key of ['next.waits', 'refused.move', 'me.signout_moves', 'me.signout_refused', 'next.row_waiting', 'next.row_refused', 'next.refused', 'next.refused.other', 'next.refused.buddy', 'next.refused.hello_many'] as const) {
    expect(english[key], key).not.toMatch(/place|mov(e|ing)/i)
    expect(arabic[key], key).not.toMatch(/مكان|انتقال/)
  }
})
