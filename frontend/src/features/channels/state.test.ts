import { describe, expect, it } from 'vitest'
import { addressLooksRight, codeLooksRight, digits } from './state.svelte'

describe('an address', () => {
  it('of e-mail has both its parts', () => {
    expect(['sam@oak.example', ' sam@oak.example ', 'sam@oak', 'sam', 'a b@oak.example', ''].map((text) => addressLooksRight('email', text))).toEqual([true, true, false, false, false, false])
  })
  it('of text messages is a number, written as people write it', () => {
    expect(['07700 900123', '+44 (7700) 900-123', '12', 'sam@oak.example', ''].map((text) => addressLooksRight('sms', text))).toEqual([true, true, false, false, false])
  })
})

describe('a code', () => {
  it('has six digits, with or without spaces', () => {
    expect(digits('12 34-56')).toBe('123456')
    expect(['123456', '123 456', '12345', '12345a', ''].map(codeLooksRight)).toEqual([true, true, false, false, false])
  })
})
