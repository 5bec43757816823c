import { ApiError } from '../../lib/http'
import { reached } from '../../lib/online.svelte'
import { acceptSession, forgetSession, refreshSession, session } from '../../lib/session.svelte'
import type { Session } from '../../lib/types'
import * as server from './api'
import { account } from './state.svelte'
import type { Ceremony } from './types'
import { makePasskey, usePasskey } from './webauthn'

async function attempt(work: () => Promise<void>): Promise<boolean> {
  if (account.busy) return false
  account.busy = true
  account.fault = undefined
  try {
    await work()
    return true
  } catch (fault) {
    if (fault instanceof ApiError && fault.unreachable) reached(false)
    account.fault = fault
    return false
  } finally {
    account.busy = false
  }
}

async function enter(value: Session): Promise<void> {
  reached(true)
  await acceptSession(value)
  account.hidden = false
}

/** Signs in, and opens the idle lock: the same press for both. */
export function signIn(): Promise<boolean> {
  return attempt(async () => {
    const { options, ceremony } = await server.beginSignIn()
    await enter(await server.finishSignIn(ceremony, await usePasskey(options)))
  })
}

export function readInvitation(token: string): Promise<Ceremony> {
  return server.beginInvite(token)
}

export function acceptInvitation(begun: Ceremony, deviceName: string): Promise<boolean> {
  return attempt(async () => {
    await enter(await server.finishInvite(begun.ceremony, await makePasskey(begun.options), deviceName))
  })
}

export function signOut(): Promise<boolean> {
  return attempt(async () => {
    await server.signOut()
    const demo = session.value?.demo ?? false
    await forgetSession()
    session.value = { signedIn: false, demo, serverTime: new Date().toISOString() }
    account.hidden = false
    account.passkeys = undefined
    account.devices = undefined
  })
}

export async function loadDoors(): Promise<void> {
  try {
    account.doors = await server.getDoors()
  } catch {
    account.doors = []
  }
}

/** Answers where to go; the same place is entered without a reload. */
export async function enterDoor(key: string): Promise<string | undefined> {
  let path: string | undefined
  await attempt(async () => {
    const opened = await server.enterDoor(key)
    if (opened.place !== session.place) {
      path = opened.path
      return
    }
    await enter(await server.getSession(false))
  })
  return path
}

/** Ten minutes without a touch. Hidden at once and without asking: no answer of the server's may leave a card on display. */
export function lockIdle(): void {
  if (account.hidden) return
  account.hidden = true
  void refreshSession(true)
}

export function tellPresence(): void {
  void refreshSession(false)
}

export async function loadPasskeys(): Promise<void> {
  try {
    account.passkeys = (await server.getPasskeys()).passkeys
  } catch (fault) {
    account.fault = fault
  }
}

export function addPasskey(name: string): Promise<boolean> {
  return attempt(async () => {
    const { options, ceremony } = await server.beginPasskey()
    await server.finishPasskey(ceremony, await makePasskey(options), name)
    await loadPasskeys()
  })
}

/** Gone from the list at once; back in its place, with the reason, when the server says no. */
export async function removePasskey(id: string): Promise<boolean> {
  const before = account.passkeys
  account.passkeys = before?.filter((one) => one.id !== id)
  account.fault = undefined
  try {
    await server.deletePasskey(id)
    return true
  } catch (fault) {
    account.passkeys = before
    account.fault = fault
    return false
  }
}

export async function loadDevices(): Promise<void> {
  try {
    account.devices = (await server.getDevices()).devices
  } catch (fault) {
    account.fault = fault
  }
}

export async function endDevice(id: string): Promise<boolean> {
  const before = account.devices
  account.devices = before?.filter((one) => one.id !== id)
  account.fault = undefined
  try {
    await server.endDevice(id)
    return true
  } catch (fault) {
    account.devices = before
    account.fault = fault
    return false
  }
}
