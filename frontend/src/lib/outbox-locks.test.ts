// What keeps tabs from sending at the same time must never keep a card from being sent.
import { describe, expect, it, vi } from 'vitest'
import { alone } from './outbox-deps'

describe('several tabs', () => {
  it('go on without a lock that a frozen tab holds', async () => {
    const frozen = { request: (_: string, options: LockOptions) => new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new Error('aborted')))) } as unknown as LockManager
    const work = vi.fn(async () => undefined)
    await alone(work, 'cards', frozen, 1)
    expect(work).toHaveBeenCalledOnce()
  })

  it('send a card while one of them holds the lock of what is told', async () => {
    const held = { request: (name: string, options: LockOptions, work: () => Promise<void>) => (name.endsWith('told') ? new Promise((_, reject) => options.signal?.addEventListener('abort', reject)) : work()) } as unknown as LockManager
    const card = vi.fn(async () => undefined)
    const told = vi.fn(async () => undefined)
    vi.useFakeTimers()
    void alone(told, 'told', held)
    await alone(card, 'cards', held)
    expect(card).toHaveBeenCalledOnce()
    // Longer than a voice may take: it is not posted a second time beside itself.
    await vi.advanceTimersByTimeAsync(120_000)
    expect(told).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(told).toHaveBeenCalledOnce()
    vi.useRealTimers()
  })
})
