// IndexedDB in as few words as Heard needs, and one small database a place: the outbox, and a few values the page and
// the service worker share.
import type { OutboxItem } from './outbox-types'
import type { Place } from './types'

interface Tables {
  outbox: OutboxItem
  meta: unknown
}

// A blocked or broken IndexedDB can hang for ever; a card must not wait for it.
const patience = 2000

export function within<T>(work: Promise<T>, ms = patience): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('storage did not answer')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Stores of one transaction. Wait for nothing but these inside it: it ends by itself when it has nothing to do. */
export interface Within {
  get(store: string, key: string): Promise<unknown>
  all(store: string): Promise<unknown[]>
  put(store: string, value: unknown, key?: string): Promise<unknown>
  delete(store: string, key: string): Promise<unknown>
  clear(store: string): Promise<unknown>
}

export class Database {
  readonly #raw: IDBDatabase

  constructor(raw: IDBDatabase) {
    this.#raw = raw
  }

  close(): void {
    this.#raw.close()
  }

  /** Resolves once the transaction is complete; strict: then it is on the disk. */
  async change<T>(stores: string[], work: (tx: Within) => Promise<T>, mode: IDBTransactionMode = 'readwrite'): Promise<T> {
    const tx = this.#raw.transaction(stores, mode, { durability: 'strict' })
    const done = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve()
      tx.onabort = () => reject(tx.error)
    })
    const working = work({
      get: (store, key) => answerOf(tx.objectStore(store).get(key)),
      all: (store) => answerOf(tx.objectStore(store).getAll()),
      put: (store, value, key) => answerOf(tx.objectStore(store).put(value, key)),
      delete: (store, key) => answerOf(tx.objectStore(store).delete(key)),
      clear: (store) => answerOf(tx.objectStore(store).clear())
    })
    return (await Promise.all([working, done]))[0]
  }

  get(store: string, key: string): Promise<unknown> {
    return this.change([store], (tx) => tx.get(store, key), 'readonly')
  }

  getAll(store: string): Promise<unknown[]> {
    return this.change([store], (tx) => tx.all(store), 'readonly')
  }

  put<S extends string>(store: S, value: S extends keyof Tables ? Tables[S] : unknown, key?: string): Promise<unknown> {
    return this.change([store], (tx) => tx.put(store, value, key))
  }

  delete(store: string, key: string): Promise<unknown> {
    return this.change([store], (tx) => tx.delete(store, key))
  }

  clear(store: string): Promise<unknown> {
    return this.change([store], (tx) => tx.clear(store))
  }
}

/** `make` runs when the database is new; `lost` when this connection has ended, whoever ended it. */
export async function openDatabase(name: string, make: (raw: IDBDatabase) => void, lost: () => void): Promise<Database> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => make(request.result)
  const raw = await answerOf(request)
  raw.onversionchange = () => {
    raw.close()
    lost()
  }
  raw.onclose = lost
  return new Database(raw)
}

export function deleteDatabase(name: string): Promise<unknown> {
  return within(answerOf(indexedDB.deleteDatabase(name)))
}

const open = new Map<Place, Promise<Database>>()

export function database(place: Place): Promise<Database> {
  const known = open.get(place)
  if (known) return known
  const forget = (): void => void open.delete(place)
  const guarded = within(
    openDatabase(`heard-${place}`, (raw) => {
      raw.createObjectStore('outbox', { keyPath: 'id' })
      raw.createObjectStore('meta')
    }, forget)
  )
  guarded.catch(forget)
  open.set(place, guarded)
  return guarded
}

/** Small values that survive a reload. A storage fault reads as "not there": nothing here is the only copy. */
export function meta(place: Place) {
  // Nothing could be stored then, so nothing is left behind; what was to be kept is kept in memory.
  const quietly = async (work: (db: Database) => Promise<unknown>): Promise<unknown> => {
    try {
      return await within(work(await database(place)))
    } catch {
      return undefined
    }
  }
  return {
    get: <T>(key: string) => quietly((db) => db.get('meta', key)) as Promise<T | undefined>,
    set: (key: string, value: unknown) => quietly((db) => db.put('meta', value, key)),
    remove: (key: string) => quietly((db) => db.delete('meta', key)),
    clear: () => quietly((db) => db.clear('meta')),
    /** Read, changed and written in one transaction: two tabs never work on the same value. Says when it fails. */
    update: async <T>(key: string, change: (before: T | undefined) => T | undefined): Promise<void> => {
      const work = (await database(place)).change(['meta'], async (tx) => {
        const next = change((await tx.get('meta', key)) as T | undefined)
        await (next === undefined ? tx.delete('meta', key) : tx.put('meta', next, key))
      })
      await within(work)
    }
  }
}
