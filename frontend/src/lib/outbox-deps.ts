// What the outbox stands on in a browser: IndexedDB, the API, Web Locks. Used by the page and the service worker alike.
import { api, rememberCsrf } from './http'
import { database, meta, within } from './idb'
import type { OutboxDeps, Store, Who } from './outbox'
import type { Receipt, Session } from './types'

const place = 'young'

// A lock held by a tab that the phone has frozen must not hold a card back: after this we go on without it.
// Two posts of one card are one card for the server.
const lockPatience = 15_000

export function idbStore(): Store {
  return {
    async all() {
      return within((await database(place)).getAll('outbox'))
    },
    async put(item) {
      const tx = (await database(place)).transaction('outbox', 'readwrite', { durability: 'strict' })
      await within(Promise.all([tx.store.put(item), tx.done]))
    },
    async remove(id) {
      const tx = (await database(place)).transaction('outbox', 'readwrite', { durability: 'strict' })
      await within(Promise.all([tx.store.delete(id), tx.done]))
    }
  }
}

export async function alone(work: () => Promise<void>, locks: LockManager | undefined = globalThis.navigator?.locks, patience = lockPatience): Promise<void> {
  if (!locks) return work()
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), patience)
  let started = false
  try {
    await locks.request('heard-outbox', { signal: stop.signal }, async () => {
      started = true
      clearTimeout(timer)
      await work()
    })
  } catch (fault) {
    if (started) throw fault
    await work()
  } finally {
    clearTimeout(timer)
  }
}

function whoOf(session: Session | undefined): Who {
  return session?.signedIn ? { account: session.account?.id, csrf: session.csrf } : {}
}

export async function rememberedWho(): Promise<Who> {
  return whoOf(await meta(place).get<Session>('session'))
}

export async function askedWho(): Promise<Who> {
  const session = await api(place).get<Session>('/session', { background: true })
  await rememberCsrf(place, session)
  await meta(place).set('session', session)
  return whoOf(session)
}

export function browserDeps(more: Pick<OutboxDeps, 'changed' | 'sent' | 'who' | 'askWho'>): OutboxDeps {
  return {
    store: idbStore(),
    post: (body, csrf) => api(place).post<Receipt>('/cards', body, { csrf }),
    alone,
    now: Date.now,
    ...more
  }
}
