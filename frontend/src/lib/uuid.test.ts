import { describe, expect, it } from 'vitest'
import { uuidv7 } from './uuid'

describe('uuidv7', () => {
  it('carries its time, version and variant, and sorts by it', () => {
    const early = uuidv7(Date.UTC(2026, 0, 1))
    const late = uuidv7(Date.UTC(2026, 0, 2))
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(early < late).toBe(true)
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1))
  })
})
