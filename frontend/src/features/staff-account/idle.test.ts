import { describe, expect, it } from 'vitest'
import { IDLE_AFTER_MS, IdleWatch, TELL_EVERY_MS } from './idle'

describe('the idle watch', () => {
  it('locks ten minutes after the last act, not after the first', () => {
    const watch = new IdleWatch(0)
    watch.act(60_000)
    expect(watch.isIdle(60_000 + IDLE_AFTER_MS - 1)).toBe(false)
    expect(watch.isIdle(60_000 + IDLE_AFTER_MS)).toBe(true)
  })

  it('tells the server at most once a minute', () => {
    const watch = new IdleWatch(0)
    expect(watch.act(TELL_EVERY_MS - 1)).toBe(false)
    expect(watch.act(TELL_EVERY_MS)).toBe(true)
    expect(watch.act(TELL_EVERY_MS + 1)).toBe(false)
    expect(watch.act(2 * TELL_EVERY_MS)).toBe(true)
  })

  it('starts again when it is opened', () => {
    const watch = new IdleWatch(0)
    watch.reset(IDLE_AFTER_MS)
    expect(watch.isIdle(IDLE_AFTER_MS + 1)).toBe(false)
  })
})
