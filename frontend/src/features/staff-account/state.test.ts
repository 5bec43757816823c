import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Session } from '../../lib/types'

let state: typeof import('./state.svelte')
let http: typeof import('../../lib/http')
let PasskeyError: typeof import('./webauthn').PasskeyError
beforeAll(async () => {
  vi.stubGlobal('indexedDB', undefined)
  state = await import('./state.svelte')
  http = await import('../../lib/http')
  PasskeyError = (await import('./webauthn')).PasskeyError
})

const signedIn: Session = { signedIn: true, demo: true, idle: false, serverTime: '', account: { id: 's', name: 'Sam', avatar: 'a1' } }

describe('the gate', () => {
  const known = { known: true, remembered: false, value: signedIn, hidden: false }
  it('opens only on the server’s word', () => {
    expect(state.gate(known)).toBe('open')
    expect(state.gate({ ...known, known: false })).toBe('loading')
    expect(state.gate({ ...known, remembered: true })).toBe('unreachable')
    expect(state.gate({ ...known, value: undefined })).toBe('unreachable')
    expect(state.gate({ ...known, value: { ...signedIn, signedIn: false } })).toBe('signed-out')
  })
  it('is locked when the server or this page says idle', () => {
    expect(state.gate({ ...known, value: { ...signedIn, idle: true } })).toBe('locked')
    expect(state.gate({ ...known, hidden: true })).toBe('locked')
  })
})

describe('why it did not work', () => {
  it('is told by code and reason', () => {
    expect(state.passkeyFault(new PasskeyError('cancelled'))).toBe('passkey.cancelled')
    expect(state.passkeyFault(new http.ApiError(401, 'unauthenticated'))).toBe('passkey.refused')
    expect(state.passkeyFault(new http.ApiError(400, 'invalid', { reason: 'ceremony' }))).toBe('passkey.expired')
    expect(state.passkeyFault(new http.ApiError(0, 'offline'))).toBeUndefined()
    expect(state.passkeyFault(new http.ApiError(403, 'forbidden', { reason: 'csrf' }))).toBeUndefined()
  })
  it('tells a used invitation from an old and a wrong one', () => {
    expect(state.inviteProblem(new http.ApiError(400, 'invalid', { reason: 'invitation_used' }))).toBe('used')
    expect(state.inviteProblem(new http.ApiError(400, 'invalid', { reason: 'invitation_expired' }))).toBe('expired')
    expect(state.inviteProblem(new http.ApiError(404, 'not_found'))).toBe('wrong')
    expect(state.inviteProblem(new http.ApiError(0, 'timeout'))).toBeUndefined()
  })
})

describe('the demo’s way back in', () => {
  const doors = [
    { key: 'k', place: 'work' as const, name: 'Sam', what: '' },
    { key: 'l', place: 'work' as const, name: 'Jo', what: '' },
    { key: 'y', place: 'young' as const, name: 'Sam', what: '' }
  ]
  it('is the door of the same person in the same place, and of no one else', () => {
    expect(state.doorOf(doors, signedIn, 'work')?.key).toBe('k')
    expect(state.doorOf(doors, { ...signedIn, account: { id: 'p', name: 'Priya', avatar: 'a1' } }, 'work')).toBeUndefined()
    expect(state.doorOf(doors, { ...signedIn, demo: false }, 'work')).toBeUndefined()
  })
})
