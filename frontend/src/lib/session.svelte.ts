// Who is signed in here. Kept on the device too, so that cards and help open without signal.
import { setServerTime } from './clock.svelte'
import { ApiError, api, rememberCsrf } from './http'
import { meta } from './idb'
import { reached } from './online.svelte'
import type { Place, Session } from './types'

/** `known` is false until the device or the server has answered once. `remembered` means: from the device, not confirmed. */
export const session = $state<{ place: Place; known: boolean; remembered: boolean; value: Session | undefined }>({
  place: 'young',
  known: false,
  remembered: false,
  value: undefined
})

// Staff devices keep nothing offline: there the session is known only once the server has answered.
function keeps(): boolean {
  return session.place === 'young'
}

export async function acceptSession(value: Session): Promise<void> {
  const before = session.value?.account?.id
  session.value = value
  session.known = true
  session.remembered = false
  setServerTime(value.serverTime)
  // Another person's values must not stay for this one.
  if (before && before !== value.account?.id) await meta(session.place).clear()
  await rememberCsrf(session.place, value)
  if (keeps()) await meta(session.place).set('session', $state.snapshot(session.value))
}

/** Asks the server. Without a connection the remembered session stays; a refusal ends it. */
export async function refreshSession(background = true): Promise<Session | undefined> {
  try {
    const value = await api(session.place).get<Session>('/session', { background })
    reached(true)
    await acceptSession(value)
  } catch (fault) {
    if (fault instanceof ApiError && fault.unreachable) reached(false)
    session.known = true
  }
  return session.value
}

export async function startSession(place: Place): Promise<void> {
  session.place = place
  const kept = keeps() ? await meta(place).get<Session>('session') : undefined
  if (kept?.signedIn) {
    session.value = kept
    session.remembered = true
    session.known = true
  }
  const asked = refreshSession()
  if (!kept?.signedIn) await asked
}

/** Signing out leaves nothing private behind; a card that still waits stays in the outbox. */
export async function forgetSession(): Promise<void> {
  session.value = undefined
  session.remembered = false
  await meta(session.place).clear()
}
