import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { format, placeholders } from './message'

const root = join(import.meta.dirname, '..')
const places = readdirSync(join(root, 'messages'))
const read = (place: string, language: string): Record<string, string> => JSON.parse(readFileSync(join(root, 'messages', place, `${language}.json`), 'utf8'))

function sources(dir: string): string {
  return readdirSync(dir).map((name) => {
    const path = join(dir, name)
    if (statSync(path).isDirectory()) return sources(path)
    return /\.(svelte|ts)$/.test(name) && !name.includes('.test.') ? readFileSync(path, 'utf8') : ''
  }).join('\n')
}

describe.each(places)('messages of %s', (place) => {
  const en = read(place, 'en')
  const ar = read(place, 'ar')

  it('have the same keys in every language', () => {
    expect(Object.keys(ar).sort()).toEqual(Object.keys(en).sort())
  })

  it('have the same placeholders in every language', () => {
    for (const key of Object.keys(en)) expect([key, placeholders(ar[key] ?? '')]).toEqual([key, placeholders(en[key] ?? '')])
  })

  it('are never empty, and their braces match', () => {
    for (const [key, text] of [...Object.entries(en), ...Object.entries(ar)]) {
      expect([key, text.trim() !== '']).toEqual([key, true])
      expect(() => format('en', text, {})).not.toThrow()
    }
  })

  it('have a form for every plural case of the language', () => {
    for (const [language, messages] of [['en', en], ['ar', ar]] as const) {
      for (const [key, text] of Object.entries(messages)) {
        if (text.includes(', plural,')) expect([language, key, /other\s*\{/.test(text)]).toEqual([language, key, true])
      }
    }
  })
})

it('no key stands in two catalogues that one page loads together', () => {
  for (const together of [['common', 'young', 'young-more', 'pack'], ['common', 'work', 'pack'], ['common', 'work', 'admin'], ['common', 'work', 'insight']]) {
    const keys = together.flatMap((place) => Object.keys(read(place, 'en')))
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  }
})

it('every text of the young place is used', () => {
  const code = sources(root)
  // Keys put together from a code, a kind or a state.
  const made = /^(error\.|hello\.|reason\.|lock\.(new|again)_|me\.lock\.|card\.feel\.|help\.(danger|duty|childline|nhs|shout|samaritans)|event\.|much\.|avatar\.|level\.|on\.)/
  const unused = ['common', 'young', 'young-more', 'pack'].flatMap((place) => Object.keys(read(place, 'en'))).filter((key) => !made.test(key) && !new RegExp(`['"\`]${key.replaceAll('.', '\\.')}['"\`]`).test(code))
  expect(unused).toEqual([])
})

describe('the ICU subset', () => {
  it('puts values in', () => expect(format('en', 'Letting {who} know.', { who: 'Sam' })).toBe('Letting Sam know.'))
  it('keeps a value with braces as it is', () => expect(format('en', '{who} saw this', { who: '{x}' })).toBe('{x} saw this'))
  it('chooses plurals', () => {
    const text = '{n, plural, =0 {none} one {# card} other {# cards of {who}}}'
    expect([0, 1, 5].map((n) => format('en', text, { n, who: 'Leo' }))).toEqual(['none', '1 card', '5 cards of Leo'])
  })
  it('knows the Arabic cases', () => {
    const text = '{n, plural, one {واحد} two {اثنان} few {# قليل} other {# كثير}}'
    expect([1, 2, 3, 100].map((n) => format('ar', text, { n }))).toEqual(['واحد', 'اثنان', '3 قليل', '100 كثير'])
  })
  it('finds names inside branches', () => expect(placeholders('{n, plural, one {x {a}} other {{b}}}')).toEqual(['a', 'b', 'n']))
})
