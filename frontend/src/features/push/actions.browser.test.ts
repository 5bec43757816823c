import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { removeSubscription, sendTest } from './actions'
import { push } from './state.svelte'

let status = 200
const two = () => [
  { id: 'p', label: 'Phone', createdAt: '', health: 'good' as const },
  { id: 'l', label: 'Laptop', createdAt: '', health: 'untested' as const }
]

beforeEach(() => {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '' }
  status = 200
  Object.assign(push, { subscriptions: two(), fault: undefined, busy: '', tests: {} })
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(status === 200 ? { testId: 't' } : { code: 'unavailable' }), { status, headers: { 'Content-Type': 'application/json' } }))
})
afterEach(() => vi.unstubAllGlobals())

describe('removing a device', () => {
  it('shows at once', async () => {
    const removed = removeSubscription('p')
    expect(push.subscriptions.map((one) => one.id)).toEqual(['l'])
    expect(await removed).toBe(true)
  })
  it('is undone when the server says no, and says why', async () => {
    status = 503
    expect(await removeSubscription('p')).toBe(false)
    expect(push.subscriptions.map((one) => one.id)).toEqual(['p', 'l'])
    expect(push.fault).toMatchObject({ code: 'unavailable' })
  })
})

describe('a test', () => {
  it('is noted as sent only when it was', async () => {
    expect(await sendTest('l')).toBe(true)
    expect(push.tests.l).toBeGreaterThan(0)
    status = 503
    expect(await sendTest('p')).toBe(false)
    expect(push.tests.p).toBeUndefined()
    expect(push.busy).toBe('')
  })
})
