// One small database a place: the outbox, and a few values the page and the service worker share.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { OutboxItem } from './outbox-types'
import type { Place } from './types'

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem }
  meta: { key: string; value: unknown }
}

export type Database = IDBPDatabase<Schema>

// A blocked or broken IndexedDB can hang for ever; a card must not wait for it.
const patience = 2000

const open = new Map<Place, Promise<Database>>()

export function within<T>(work: Promise<T>, ms = patience): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('storage did not answer')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

export function database(place: Place): Promise<Database> {
  const known = open.get(place)
  if (known) return known
  const forget = (): void => void open.delete(place)
  const opening = openDB<Schema>(`heard-${place}`, 1, {
    upgrade(db) {
      db.createObjectStore('outbox', { keyPath: 'id' })
      db.createObjectStore('meta')
    },
    blocking(_, __, event) {
      ;(event.target as IDBDatabase).close()
      forget()
    },
    terminated: forget
  })
  const guarded = within(opening)
  guarded.catch(forget)
  open.set(place, guarded)
  return guarded
}

/** Small values that survive a reload. A storage fault reads as "not there": nothing here is the only copy. */
export function meta(place: Place) {
  return {
    async get<T>(key: string): Promise<T | undefined> {
      try {
        return (await within((await database(place)).get('meta', key))) as T | undefined
      } catch {
        return undefined
      }
    },
    async set(key: string, value: unknown): Promise<void> {
      try {
        await within((await database(place)).put('meta', value, key))
      } catch {
        // Kept in memory only; the next load asks the server again.
      }
    },
    async clear(): Promise<void> {
      try {
        await within((await database(place)).clear('meta'))
      } catch {
        // Nothing could be stored, so nothing is left behind.
      }
    }
  }
}
