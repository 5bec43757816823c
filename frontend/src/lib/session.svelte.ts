// Who is signed in here. A young person's device keeps it, so that cards and help open without signal.
import { setServerTime } from './clock.svelte'
import { ApiError, api, rememberCsrf } from './http'
import { meta } from './idb'
import { setStalled } from './live.svelte'
import { reached } from './online.svelte'
import type { Place, Session } from './types'

/** What a device remembers between two openings. Staff devices have none: they keep nothing offline. */
export interface Keeper {
  kept(): Promise<Session | undefined>
  keep(value: Session): Promise<void>
  /** What this device still owes the server, before it asks who is signed in. */
  settle(): Promise<void>
}

/** `known` is false until the device or the server has answered once. `remembered` means: from the device, not confirmed. */
export const session = $state<{ place: Place; known: boolean; remembered: boolean; value: Session | undefined }>({
  place: 'young',
  known: false,
  remembered: false,
  value: undefined
})

let keeper: Keeper | undefined
// Counts acts of the person. An answer that was asked for before such an act must not undo it.
let acts = 0

async function take(value: Session): Promise<void> {
  const before = session.value?.account?.id
  session.value = value
  session.known = true
  session.remembered = false
  setServerTime(value.serverTime)
  setStalled(value.stalledSince)
  rememberCsrf(session.place, value)
  // Another person's values must not stay for this one.
  if (!keeper && before && before !== value.account?.id) await meta(session.place).clear()
  await keeper?.keep(value)
}

/** The answer to something the person did: signing in, unlocking, locking. */
export async function acceptSession(value: Session): Promise<void> {
  acts++
  await take(value)
}

/** Locked or gone on this device at once, whatever the server will say. */
export function setHere(value: Session | undefined): void {
  acts++
  session.value = value
  session.known = true
}

/** Asks the server. Without a connection the remembered session stays; a refusal ends it. */
export async function refreshSession(background = true): Promise<Session | undefined> {
  const asked = acts
  try {
    await keeper?.settle()
    const value = await api(session.place).get<Session>('/session', { background })
    reached(true)
    if (asked === acts) await take(value)
  } catch (fault) {
    if (fault instanceof ApiError && fault.unreachable) reached(false)
    session.known = true
  }
  return session.value
}

export async function startSession(place: Place, keeps?: Keeper): Promise<void> {
  session.place = place
  keeper = keeps
  const kept = await keeper?.kept()
  if (kept?.signedIn) {
    session.value = kept
    session.remembered = true
    session.known = true
    rememberCsrf(place, kept)
  }
  const asked = refreshSession()
  if (!kept?.signedIn) await asked
}

/** Signing out of a place that keeps nothing. */
export async function forgetSession(): Promise<void> {
  setHere(undefined)
  session.remembered = false
  rememberCsrf(session.place, undefined)
  await meta(session.place).clear()
}
