// Joining, locking, signing out. After each, the session says what is true.
import { deviceName } from '../../lib/device-name'
import { ApiError } from '../../lib/http'
import { meta } from '../../lib/idb'
import { forgetPeople } from '../../lib/people.svelte'
import { acceptSession, forgetSession, refreshSession, session } from '../../lib/session.svelte'
import type { Session } from '../../lib/types'
import * as api from './api'

/** Some answers carry the session, some only say yes: ask when it is missing. */
async function settle(answer: Session | undefined): Promise<void> {
  if (answer && typeof answer === 'object' && 'signedIn' in answer) await acceptSession(answer)
  else await refreshSession()
}

export async function joinWith(code: string): Promise<void> {
  await settle(await api.join(code, deviceName()))
}

/** Locks what can be read: on the screen at once, on the server as soon as it answers. */
export async function lockNow(): Promise<void> {
  const value = session.value
  if (!value?.signedIn || value.lock === 'none' || value.locked) return
  value.locked = true
  await meta('young').set('session', $state.snapshot(value))
  await settle(await api.lock()).catch(() => undefined)
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

export async function signOut(): Promise<void> {
  try {
    await api.signOut()
  } catch (fault) {
    // Already ended there: then only this device is left to clear.
    if (!(fault instanceof ApiError) || fault.status !== 401) throw fault
  }
  forgetPeople()
  await forgetSession()
  await refreshSession()
}
