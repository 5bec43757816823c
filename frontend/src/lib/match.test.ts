import { describe, expect, it } from 'vitest'
import { match } from './match'

describe('match', () => {
  it('reads parts', () => expect(match('/card/:id', '/card/abc')).toEqual({ id: 'abc' }))
  it('reads encoded parts', () => expect(match('/card/:id', '/card/a%20b')).toEqual({ id: 'a b' }))
  it('takes a slash at the end as nothing', () => expect(match('/me', '/me/')).toEqual({}))
  it.each([['/card/:id', '/card'], ['/card/:id', '/card/'], ['/card/:id', '/card/a/b'], ['/me', '/you'], ['/card/:id', '/card/%E0%A4%A']])('%s is not %s', (pattern, path) => {
    expect(match(pattern, path)).toBeNull()
  })
})
