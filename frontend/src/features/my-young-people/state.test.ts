import { describe, expect, it } from 'vitest'
import en from '../../messages/work/en.json'
import { behindGlass, inOrder, leads, mayMakeCode, relationLine, relationWords } from './state.svelte'
import type { YoungPerson } from './types'

const person = (name: string, more: Partial<YoungPerson> = {}): YoungPerson => ({ id: name, name, avatar: 'a1', relation: 'keyworker', waiting: 0, joined: true, ...more })

describe('my young people', () => {
  it('puts who waits first, then by name', () => {
    const list = inOrder([person('Zed'), person('Amira'), person('Leo', { waiting: 1 })], 'en')
    expect(list.map((one) => one.name)).toEqual(['Leo', 'Amira', 'Zed'])
  })
  it('has words for every role, known or not', () => {
    for (const role of ['keyworker', 'cover', 'lead', 'safeguarding', 'placing']) expect(relationWords(role) in en).toBe(true)
    for (const kind of ['keyworker_of', 'served_by', 'new_kind']) expect(relationLine(kind) in en).toBe(true)
  })
  it('offers a join code to those who may make one', () => {
    expect(mayMakeCode(person('Leo', { relation: 'cover' }))).toBe(true)
    expect(mayMakeCode(person('Leo', { relation: 'break_glass' }))).toBe(false)
  })
  it('offers breaking the glass to leads, for whom they lead', () => {
    expect(leads(['keyworker'])).toBe(false)
    expect(leads(['keyworker', 'safeguarding'])).toBe(true)
    expect(leads(undefined)).toBe(false)
    expect(behindGlass([person('Leo'), person('Tia', { relation: 'lead' })]).map((one) => one.name)).toEqual(['Tia'])
  })
})
