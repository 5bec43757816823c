// Deleting what a device kept of a person. The page does it, and the service worker, which outlives the page.
import { deleteDatabase, meta } from './idb'

const place = 'young'

/** The plain list of store names, and the store that a phone of one's own opens again. */
export const listKey = 'stores'
export const ownKey = 'store'

/** The tickets on this device: they belong to whoever is here. */
export const stockKey = 'stock'

/** The copy of a next place, and what opens it. They outlive a lock, and go with the person whose they are. */
export const savedName = 'heard-saved'
export const savedKey = 'saved'

// What the first version kept readable.
const legacy = ['session', 'people', 'csrf']

export async function purgeSaved(): Promise<void> {
  await Promise.all([meta(place).remove(savedKey), deleteDatabase(savedName).catch(() => undefined)])
}

/** Every store on the list, and every trace of a name outside them. */
export async function purgeStores(): Promise<void> {
  const listed = (await meta(place).get<string[]>(listKey)) ?? []
  await Promise.all(listed.map((name) => deleteDatabase(name).catch(() => undefined)))
  for (const key of [ownKey, listKey, ...legacy]) await meta(place).remove(key)
  // No answer of the API is ever put there; an older build or a mistake must not outlive the lock.
  for (const name of (await globalThis.caches?.keys().catch(() => [])) ?? []) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      if (new URL(request.url).pathname.startsWith('/api/')) await cache.delete(request)
    }
  }
}
