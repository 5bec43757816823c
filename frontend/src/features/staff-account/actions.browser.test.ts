import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import type { Session } from '../../lib/types'
import { enterDoor, lockIdle, removePasskey, signIn, signOut } from './actions'
import { account, gate } from './state.svelte'

const sam: Session = { signedIn: true, demo: true, idle: false, serverTime: '2026-11-21T14:00:00.000Z', csrf: 'c', account: { id: 's', name: 'Sam', avatar: 'a1' } }
let calls: { path: string; body: unknown }[]
let status: Record<string, number>
let place = 'work'

const shown = () => gate({ known: session.known, remembered: session.remembered, value: session.value, hidden: account.hidden })

beforeEach(() => {
  Object.assign(session, { place: 'work', known: true, remembered: false, value: { ...sam } })
  Object.assign(account, { hidden: false, busy: false, fault: undefined, passkeys: undefined })
  calls = []
  status = {}
  place = 'work'
  vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
    const path = url.replace('/api/work', '')
    calls.push({ path, body: options.body ? JSON.parse(String(options.body)) : undefined })
    const answers: Record<string, unknown> = {
      '/sign-in/begin': { ceremony: 'x', options: { publicKey: { challenge: 'AQ' } } },
      '/sign-in/finish': sam,
      '/session': sam,
      '/api/demo/enter': { place, path: `/${place}/` }
    }
    const code = status[path] ?? 200
    return new Response(JSON.stringify(code === 200 ? (answers[path] ?? {}) : { code: 'forbidden', reason: 'passkey' }), { status: code, headers: { 'Content-Type': 'application/json' } })
  })
  const buffer = new Uint8Array([1]).buffer
  vi.spyOn(navigator.credentials, 'get').mockResolvedValue({
    id: 'AQ', rawId: buffer, type: 'public-key', getClientExtensionResults: () => ({}), response: { clientDataJSON: buffer, authenticatorData: buffer, signature: buffer }
  } as unknown as Credential)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('the idle lock', () => {
  it('hides at once, without waiting for the server', () => {
    expect(shown()).toBe('open')
    lockIdle()
    expect(shown()).toBe('locked')
  })

  it('stays shut when the server says that nobody was idle', async () => {
    lockIdle()
    await vi.waitFor(() => expect(calls.some((call) => call.path === '/session')).toBe(true))
    expect(shown()).toBe('locked')
  })

  it('opens with the passkey', async () => {
    lockIdle()
    expect(await signIn()).toBe(true)
    expect(calls.at(-1)).toMatchObject({ path: '/sign-in/finish', body: { ceremony: 'x', credential: { id: 'AQ' } } })
    expect(shown()).toBe('open')
  })

  it('stays shut when the passkey is refused, and says why', async () => {
    status['/sign-in/finish'] = 403
    lockIdle()
    expect(await signIn()).toBe(false)
    expect(account.fault).toMatchObject({ reason: 'passkey' })
    expect(shown()).toBe('locked')
    expect(account.busy).toBe(false)
  })
})

describe('signing out', () => {
  it('leaves nobody signed in', async () => {
    expect(await signOut()).toBe(true)
    expect(session.value?.account).toBeUndefined()
    expect(shown()).toBe('signed-out')
  })
  it('that failed leaves them in', async () => {
    status['/sign-out'] = 503
    expect(await signOut()).toBe(false)
    expect(shown()).toBe('open')
  })
})

describe('a demo door', () => {
  it('opens this place without a reload and another by its address', async () => {
    lockIdle()
    expect(await enterDoor('sam')).toBeUndefined()
    expect(shown()).toBe('open')
    place = 'young'
    expect(await enterDoor('leo')).toBe('/young/')
  })
})

describe('a passkey', () => {
  it('comes back into the list when the server keeps it', async () => {
    account.passkeys = [{ id: 'k', name: 'Phone', createdAt: '' }]
    status['/passkeys/k'] = 409
    expect(await removePasskey('k')).toBe(false)
    expect(account.passkeys.map((one) => one.id)).toEqual(['k'])
    expect(account.fault).toBeDefined()
  })
})
