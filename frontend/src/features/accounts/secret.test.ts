import { describe, expect, it } from 'vitest'
import { tooSimple } from './secret'
import { codeOf, isWhole, splitCode } from './words'

describe('a lock', () => {
  it.each(['000000', '123456', '654321', '121212', '123123', 'sad-sad-sad-sad'])('is not %s', (secret) => expect(tooSimple(secret)).toBe(true))
  it.each(['190574', '135790', '112358', 'sad-happy-calm-sad'])('may be %s', (secret) => expect(tooSimple(secret)).toBe(false))
})

describe('six words', () => {
  it.each([
    ['apple river sun moon tree stone'],
    ['Apple-River-SUN-moon-tree-stone'],
    ['  apple  river\nsun, moon. tree stone '],
    ['https://heard.example/join#apple-river-sun-moon-tree-stone'],
    ['#apple-river-sun-moon-tree-stone']
  ])('are read from %j', (text) => expect(codeOf(splitCode(text))).toBe('apple river sun moon tree stone'))

  it('are whole at six', () => {
    expect(isWhole(splitCode('apple river sun moon tree'))).toBe(false)
    expect(isWhole(splitCode('apple river sun moon tree stone'))).toBe(true)
    expect(splitCode('a b c d e f g h')).toHaveLength(6)
  })

  it('survive a broken link', () => expect(splitCode('#apple%E0%A4%A-river')).toContain('apple'))
})
