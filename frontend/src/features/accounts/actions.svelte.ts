// Joining, locking, signing out. After each, the session says what is true.
import { deviceName } from '../../lib/device-name'
import { lockKind, part } from '../../lib/parting.svelte'
import { acceptSession, refreshSession } from '../../lib/session.svelte'
import type { Session } from '../../lib/types'
import * as api from './api'

/** Some answers carry the session, some only say yes: ask when it is missing. */
async function settle(answer: Session | undefined): Promise<void> {
  if (answer && typeof answer === 'object' && 'signedIn' in answer) await acceptSession(answer)
  else await refreshSession()
}

export async function joinWith(code: string, shared = false): Promise<void> {
  await settle(await api.join(code, deviceName(), shared))
}

/** Locks what can be read: on the screen at once, on the server as soon as it answers. */
export async function lockNow(): Promise<void> {
  const kind = lockKind()
  if (!kind) return
  await part(kind)
  await refreshSession()
}

export async function unlockWith(secret: string): Promise<void> {
  await settle(await api.unlock(secret))
}

export async function setupLock(kind: api.LockKind, secret: string, current?: string): Promise<void> {
  await settle(await api.setLock(kind, secret, current))
}

export async function dropLock(current: string): Promise<void> {
  await settle(await api.removeLock(current))
}

/** Works without signal too: this device forgets now, the server is told when it can be. */
export async function signOut(): Promise<void> {
  await part('sign_out')
  await refreshSession()
}
