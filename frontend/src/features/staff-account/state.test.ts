import { describe, expect, it } from 'vitest'
import { ApiError } from '../../lib/http'
import type { Session } from '../../lib/types'
import { doorOf, gate, inviteProblem, passkeyFault } from './state.svelte'
import { PasskeyError } from './webauthn'

const signedIn: Session = { signedIn: true, demo: true, idle: false, serverTime: '', account: { id: 's', name: 'Sam', avatar: 'a1' } }

describe('the gate', () => {
  const known = { known: true, remembered: false, value: signedIn, hidden: false }
  it('opens only on the server’s word', () => {
    expect(gate(known)).toBe('open')
    expect(gate({ ...known, known: false })).toBe('loading')
    expect(gate({ ...known, remembered: true })).toBe('unreachable')
    expect(gate({ ...known, value: undefined })).toBe('unreachable')
    expect(gate({ ...known, value: { ...signedIn, signedIn: false } })).toBe('signed-out')
  })
  it('is locked when the server or this page says idle', () => {
    expect(gate({ ...known, value: { ...signedIn, idle: true } })).toBe('locked')
    expect(gate({ ...known, hidden: true })).toBe('locked')
  })
})

describe('why it did not work', () => {
  it('is told by code and reason', () => {
    expect(passkeyFault(new PasskeyError('cancelled'))).toBe('passkey.cancelled')
    expect(passkeyFault(new ApiError(401, 'unauthenticated'))).toBe('passkey.refused')
    expect(passkeyFault(new ApiError(400, 'invalid', { reason: 'ceremony' }))).toBe('passkey.expired')
    expect(passkeyFault(new ApiError(0, 'offline'))).toBeUndefined()
    expect(passkeyFault(new ApiError(403, 'forbidden', { reason: 'csrf' }))).toBeUndefined()
  })
  it('tells a used invitation from an old and a wrong one', () => {
    expect(inviteProblem(new ApiError(400, 'invalid', { reason: 'invitation_used' }))).toBe('used')
    expect(inviteProblem(new ApiError(400, 'invalid', { reason: 'invitation_expired' }))).toBe('expired')
    expect(inviteProblem(new ApiError(404, 'not_found'))).toBe('wrong')
    expect(inviteProblem(new ApiError(0, 'timeout'))).toBeUndefined()
  })
})

describe('the demo’s way back in', () => {
  const doors = [
    { key: 'k', place: 'work' as const, name: 'Sam', what: '' },
    { key: 'l', place: 'work' as const, name: 'Jo', what: '' },
    { key: 'y', place: 'young' as const, name: 'Sam', what: '' }
  ]
  it('is the door of the same person in the same place, and of no one else', () => {
    expect(doorOf(doors, signedIn, 'work')?.key).toBe('k')
    expect(doorOf(doors, { ...signedIn, account: { id: 'p', name: 'Priya', avatar: 'a1' } }, 'work')).toBeUndefined()
    expect(doorOf(doors, { ...signedIn, demo: false }, 'work')).toBeUndefined()
  })
})
