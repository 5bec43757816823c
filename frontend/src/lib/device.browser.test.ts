// In a real browser: what lies in IndexedDB, sessionStorage and Cache Storage after each way of leaving.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { person, personHere } from './device'
import { database, meta } from './idb'
import { keeper, part, quit } from './parting.svelte'
import { forgetPeople, loadPeople, people } from './people.svelte'
import { acceptSession, refreshSession, session, startSession } from './session.svelte'
import type { Session } from './types'
import { purgeVault, vaultGet, vaultSet } from './vault'

const leo: Session = {
  signedIn: true, demo: false, locked: false, lock: 'pin', historyOpen: true, shared: false, csrf: 'token', serverTime: '2026-11-21T14:00:00.000Z',
  account: { id: 'account-leo', name: 'Leo Canary', avatar: 'a9' }, organisation: { name: 'Canary House', keyworkerWord: 'keyworker', aboutMeWord: '', dutyPhone: '01632 960 900' }
}
const sam = { id: 'sam', name: 'Sam Canary', avatar: 'a2', role: 'keyworker', default: true, staff: true }
const calls: string[] = []
let away = false
let now: Session = leo

function answer(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
}

beforeEach(async () => {
  calls.length = 0
  away = false
  now = leo
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push(`${init.method} ${url}`)
    if (away) throw new TypeError('no signal')
    if (url.endsWith('/people')) return answer({ people: [sam], rota: { planned: false }, serverTime: leo.serverTime })
    if (url.endsWith('/lock')) now = { ...now, locked: true }
    if (url.endsWith('/sign-out') || url.endsWith('/leave')) now = { signedIn: false, demo: false, serverTime: leo.serverTime }
    return answer(url.endsWith('/session') ? now : {})
  })
  await startSession('young', keeper)
})

afterEach(async () => {
  vi.unstubAllGlobals()
  forgetPeople()
  await purgeVault()
  await (await database('young')).clear('meta')
  sessionStorage.clear()
  session.value = undefined
})

/** Every value of every database of this origin, as text. Bytes are not readable: they count as nothing. */
async function onDisk(): Promise<string> {
  const found: unknown[] = [{ ...sessionStorage }]
  for (const { name } of await indexedDB.databases()) {
    const raw = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(name ?? '')
      request.onsuccess = () => resolve(request.result)
    })
    for (const store of raw.objectStoreNames) {
      found.push(await new Promise((resolve) => {
        const request = raw.transaction(store).objectStore(store).getAll()
        request.onsuccess = () => resolve(request.result)
      }))
    }
    raw.close()
  }
  return JSON.stringify(found)
}

const stores = async (): Promise<string[]> => (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name !== 'heard-young')

it('keeps nothing readable, not even while it is open', async () => {
  await loadPeople()
  await vaultSet('anything', 'Canary words')
  expect(await onDisk()).not.toContain('Canary')
  expect(await vaultGet('anything')).toBe('Canary words')
  expect(await stores()).toHaveLength(1)
})

it('a lock without signal leaves the plain facts only, and is told to the server first thing', async () => {
  await loadPeople()
  await acceptSession(leo)
  away = true
  await part('lock')
  expect([session.value?.locked, session.value?.account?.name, people.list]).toEqual([true, '', []])
  expect(await stores()).toEqual([])
  expect(await onDisk()).not.toContain('Canary')
  expect(await meta('young').get('device')).toMatchObject({ signedIn: true, locked: true, dutyPhone: '01632 960 900' })
  // Opened again without signal: locked, and still able to send.
  expect(await keeper.kept()).toMatchObject({ signedIn: true, locked: true })
  expect(person()).toBeTruthy()
  away = false
  calls.length = 0
  await refreshSession()
  expect(calls.slice(0, 2)).toEqual(['POST /api/young/lock', 'GET /api/young/session'])
  expect(session.value?.locked).toBe(true)
  await refreshSession()
  expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1)
})

it('an answer that was asked for before the lock does not open it again', async () => {
  const late = refreshSession()
  const locking = part('lock')
  now = leo
  await late
  expect(session.value?.locked).toBe(true)
  await locking
})

it('signing out without signal forgets everything here, and never takes the old session back', async () => {
  await acceptSession(leo)
  away = true
  await part('sign_out')
  expect(session.value).toBeUndefined()
  expect(await stores()).toEqual([])
  expect(await onDisk()).not.toContain('Canary')
  expect(await meta('young').get('device')).toBeUndefined()
  await refreshSession()
  expect(session.value).toBeUndefined()
  away = false
  calls.length = 0
  await refreshSession()
  expect(calls).toEqual(['POST /api/young/sign-out', 'GET /api/young/session'])
  expect(session.value?.signedIn).toBe(false)
})

it('a shared tablet keeps a person no longer than its tab', async () => {
  await acceptSession({ ...leo, shared: true })
  expect(sessionStorage.getItem('heard-tab')).toBeTruthy()
  expect(await meta('young').get('store')).toBeUndefined()
  expect(JSON.stringify(await meta('young').get('device'))).not.toMatch(/account-leo|mark/)
  away = true
  await part('leave')
  expect(sessionStorage.length).toBe(0)
  expect(await stores()).toEqual([])
  expect(await meta('young').get('device')).toMatchObject({ signedIn: false, shared: true, dutyPhone: '' })
  expect(await keeper.kept()).toBeUndefined()
})

it('another person on the same device has neither the mark nor the tickets of the one before', async () => {
  await acceptSession(leo)
  const mine = person()
  await meta('young').set('stock', { person: mine, tickets: ['t'] })
  await acceptSession({ ...leo, account: { id: 'account-kai', name: 'Kai', avatar: 'a3' } })
  expect(person()).not.toBe(mine)
  expect(await meta('young').get('stock')).toBeUndefined()
  expect(await stores()).toHaveLength(1)
})

it('knows who is here for whoever asks in the moment of joining', async () => {
  await acceptSession({ signedIn: false, demo: false, serverTime: leo.serverTime })
  expect(person()).toBeUndefined()
  const joining = acceptSession(leo)
  expect(await personHere()).toBeTruthy()
  await joining
})

it('quick exit has begun it all before it waits for anything', async () => {
  await loadPeople()
  await acceptSession(leo)
  const deleted = vi.spyOn(IDBFactory.prototype, 'deleteDatabase')
  calls.length = 0
  quit()
  expect(deleted).toHaveBeenCalledTimes(1)
  expect(calls).toEqual(['POST /api/young/lock'])
  expect(people.list).toEqual([])
  deleted.mockRestore()
  await vi.waitFor(async () => expect(await stores()).toEqual([]))
})

it('puts away what the first version left readable', async () => {
  await purgeVault()
  await (await database('young')).clear('meta')
  await meta('young').set('session', leo)
  await meta('young').set('people', [sam])
  expect(await keeper.kept()).toMatchObject({ account: { name: 'Leo Canary' } })
  await acceptSession(leo)
  expect(await onDisk()).not.toContain('Canary')
})

it('leaves no answer of the API in Cache Storage', async () => {
  const cache = await caches.open('heard-young-test')
  await cache.put('/api/young/session', answer(leo))
  await cache.put('/assets/x.js', new Response('1'))
  await part('lock')
  expect((await cache.keys()).map((request) => new URL(request.url).pathname)).toEqual(['/assets/x.js'])
  await caches.delete('heard-young-test')
})
