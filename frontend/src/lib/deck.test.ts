import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import deck from '../../../assets/deck.json'
import { cardOf, cardWord, deckCards, familyClass, needs } from './deck'
import { languages } from './i18n-languages'

const assets = join(import.meta.dirname, '../../../assets')
const twemoji: Record<string, string> = JSON.parse(readFileSync(join(assets, 'cards/twemoji.json'), 'utf8'))
const own = readdirSync(join(assets, 'cards/own')).map((name) => name.replace('.svg', ''))

const everything = [...deck.cards, ...deck.needs, ...deck.journey]

describe('the deck', () => {
  it('holds the cards the server and older phones know', () => {
    expect(deckCards.map((card) => card.key).sort()).toEqual('excited happy proud calm safe ok sad lonely tired bored homesick numb angry scared worried ashamed overwhelmed hurt dont_know something_else'.split(' ').sort())
    expect(needs.map((card) => card.key).sort()).toEqual('sit_with_me talk give_space quiet go_outside food_drink hug call_someone calm_down just_know'.split(' ').sort())
    expect(cardOf('not_safe').kind).toBe('not_safe')
  })

  it('keeps what is needed on a journey out of the picker, and knows it when it was sent', () => {
    expect(needs.map((card) => card.key)).not.toContain('need_stop')
    expect(cardWord(cardOf('need_stop'), 'en')).toBe('I need a stop')
  })

  it('has each key once', () => expect(new Set(everything.map((card) => card.key)).size).toBe(everything.length))

  it('has at most eight words a card, in every language', () => {
    for (const card of everything) {
      for (const language of languages) {
        for (const words of [card.words[language], (card as { long?: Record<string, string> }).long?.[language] ?? 'x']) {
          expect([card.key, words !== '' && words.split(/\s+/).length <= 8]).toEqual([card.key, true])
        }
      }
    }
  })

  it('has a picture for each card, and no picture nobody uses', () => {
    const set = createRequire(import.meta.url)('@iconify-json/twemoji/icons.json') as { icons: Record<string, unknown> }
    const pictures = everything.map((card) => card.picture)
    for (const picture of pictures) expect([picture, own.includes(picture) || (twemoji[picture] ?? '') in set.icons]).toEqual([picture, true])
    expect([...own, ...Object.keys(twemoji)].filter((name) => !pictures.includes(name))).toEqual([])
  })

  it('draws ourselves what an emoji only stands in for', () => {
    for (const name of ['proud', 'safe', 'homesick', 'give_space', 'sit_with_me', 'need_stop']) expect(own).toContain(name)
  })

  it('shows an unknown card of a newer server as "something else"', () => {
    expect(cardOf('from-the-future').key).toBe('something_else')
    expect(familyClass({ ...cardOf('ok'), family: 'mauve' })).toBe('fn')
  })
})
