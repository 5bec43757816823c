// Joining, unlocking, setting a lock. After each, the session says what is true.
import { deviceName } from '../../lib/device-name'
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

export async function unlockWith(secret: string): Promise<void> {
  await settle(await api.unlock(secret))
}

export async function setupLock(kind: api.LockKind, secret: string, current?: string): Promise<void> {
  await settle(await api.setLock(kind, secret, current))
}

export async function dropLock(current: string): Promise<void> {
  await settle(await api.removeLock(current))
}
