// In a real browser: what is left of a saved copy after each way of leaving.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { database, meta } from './idb'
import { keeper, part, quit } from './parting.svelte'
import { purgeSaved } from './purge'
import { beginSaved, dropSaved, onSavedGone, savedBytes, savedGet, savedPut } from './saved'
import { acceptSession, session, startSession } from './session.svelte'
import type { Session } from './types'
import { purgeVault } from './vault'

const leo: Session = {
  signedIn: true, demo: false, locked: false, lock: 'pin', historyOpen: true, shared: false, csrf: 'token', serverTime: '2026-11-21T14:00:00.000Z',
  account: { id: 'account-leo', name: 'Leo', avatar: 'a9' }, organisation: { name: 'House', keyworkerWord: 'keyworker', aboutMeWord: '', dutyPhone: '01632 960 900' }
}
let now: Session = leo

const left = async (): Promise<unknown[]> => [(await indexedDB.databases()).some(({ name }) => name === 'heard-saved'), (await meta('young').get('saved')) !== undefined]
const photo = (): ArrayBuffer => new TextEncoder().encode('Canary photo').buffer as ArrayBuffer

async function keepCanary(): Promise<void> {
  expect(await beginSaved()).toBe(true)
  await savedPut('head', { called: 'Canary House' })
  await savedPut('photo', photo())
}

beforeEach(async () => {
  now = leo
  vi.stubGlobal('fetch', async (url: string) => {
    if (url.endsWith('/sign-out')) now = { signedIn: false, demo: false, serverTime: leo.serverTime }
    if (url.endsWith('/lock')) now = { ...now, locked: true }
    return new Response(JSON.stringify(url.endsWith('/session') ? now : {}), { headers: { 'Content-Type': 'application/json' } })
  })
  await startSession('young', keeper)
})

afterEach(async () => {
  vi.unstubAllGlobals()
  await dropSaved()
  await purgeSaved()
  await purgeVault()
  await (await database('young')).clear('meta')
  sessionStorage.clear()
  session.value = undefined
})

it('gives back what was kept, and writes nothing of it readable', async () => {
  await keepCanary()
  expect(await savedGet('head')).toEqual({ called: 'Canary House' })
  expect(new TextDecoder().decode(await savedBytes('photo'))).toBe('Canary photo')
  const raw = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('heard-saved')
    request.onsuccess = () => resolve(request.result)
  })
  const all = await new Promise<{ data: ArrayBuffer }[]>((resolve) => {
    const request = raw.transaction('kept').objectStore('kept').getAll()
    request.onsuccess = () => resolve(request.result)
  })
  raw.close()
  expect(all).toHaveLength(2)
  for (const { data } of all) expect(new TextDecoder().decode(data)).not.toContain('Canary')
})

it('outlives a lock and quick exit on a phone of one’s own', async () => {
  await keepCanary()
  await part('lock')
  expect(await savedGet('head')).toEqual({ called: 'Canary House' })
  quit()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await savedGet('head')).toEqual({ called: 'Canary House' })
  expect(await left()).toEqual([true, true])
})

it('goes when somebody signs out, also without signal', async () => {
  await keepCanary()
  vi.stubGlobal('fetch', async () => { throw new TypeError('no signal') })
  await part('sign_out')
  expect(await left()).toEqual([false, false])
  expect(await savedGet('head')).toBeUndefined()
})

it('goes when the server says that nobody is signed in here', async () => {
  await keepCanary()
  await acceptSession({ signedIn: false, demo: false, serverTime: leo.serverTime })
  expect(await left()).toEqual([false, false])
})

it('is never another person’s', async () => {
  await keepCanary()
  await acceptSession({ ...leo, account: { id: 'account-tia', name: 'Tia', avatar: 'a1' } })
  expect(await left()).toEqual([false, false])
  expect(await savedGet('head')).toBeUndefined()
})

it('is never on a shared tablet, and none that was there stays', async () => {
  await keepCanary()
  await acceptSession({ ...leo, shared: true })
  expect(await left()).toEqual([false, false])
  expect(await beginSaved()).toBe(false)
  expect(await left()).toEqual([false, false])
})

it('does not come back when it is dropped while it grows, and this tab hears of it', async () => {
  await keepCanary()
  let told = 0
  const stop = onSavedGone(() => { told++ })
  // As another tab or the service worker drops it.
  await purgeSaved()
  await vi.waitFor(() => expect(told).toBe(1))
  await expect(savedPut('photo 2', photo())).rejects.toThrow()
  expect(await left()).toEqual([false, false])
  stop()
})
