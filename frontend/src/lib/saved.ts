// The saved copy of a next place: what a young person asked to have on this phone for when there is no signal. A store
// of its own, because it outlives a lock and quick exit, which the vault does not. Its values are encrypted, so that a
// copy that was dropped leaves nothing readable in the browser's files.
import { isShared } from './device'
import { type Database, meta, openDatabase, within } from './idb'
import { purgeSaved, savedKey, savedName } from './purge'

interface Copy {
  db: Database
  key: CryptoKey
}

type Sealed = { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }

const facts = meta('young')
const listeners = new Set<() => void>()
let opened: Promise<Copy | undefined> | undefined

/** Told when the copy is gone, whichever tab has dropped it. */
export function onSavedGone(listener: () => void): () => boolean {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function lost(): void {
  opened = undefined
  for (const listener of listeners) listener()
}

async function connect(): Promise<Copy | undefined> {
  const key = await facts.get<CryptoKey>(savedKey)
  if (!key || (await isShared())) return undefined
  const db = await within(openDatabase(savedName, (raw) => void raw.createObjectStore('kept'), lost))
  // Dropped in the meantime: it must not come back.
  if (await facts.get(savedKey)) return { db, key }
  db.close()
  await purgeSaved()
  return undefined
}

async function copy(): Promise<Copy | undefined> {
  opened ??= connect().catch(() => undefined)
  const found = await opened
  if (!found) opened = undefined
  return found
}

/** Makes room for a copy, where there is none yet. Never on a tablet that others use too. */
export async function beginSaved(): Promise<boolean> {
  if (await isShared()) return false
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await facts.update<CryptoKey>(savedKey, (before) => before ?? made)
  return (await copy()) !== undefined
}

export async function savedBytes(name: string): Promise<ArrayBuffer | undefined> {
  try {
    const found = await copy()
    const sealed = found && ((await within(found.db.get('kept', name))) as Sealed | undefined)
    return sealed && (await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, found.key, sealed.data))
  } catch {
    return undefined
  }
}

export async function savedGet<T>(name: string): Promise<T | undefined> {
  const plain = await savedBytes(name)
  return plain && (JSON.parse(new TextDecoder().decode(plain)) as T)
}

/** Says when it could not be kept: no room, or the copy was dropped while it grew. */
export async function savedPut(name: string, value: ArrayBuffer | object): Promise<void> {
  const found = await copy()
  if (!found) throw new Error('no copy')
  const plain = value instanceof ArrayBuffer ? value : new TextEncoder().encode(JSON.stringify(value))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, found.key, plain)
  await within(found.db.put('kept', { iv, data } satisfies Sealed, name), 10_000)
}

/** Takes one thing out of the copy. */
export async function savedDelete(name: string): Promise<void> {
  const found = await copy()
  if (found) await within(found.db.change(['kept'], (tx) => tx.delete('kept', name)))
}

export async function dropSaved(): Promise<void> {
  const before = opened
  // Most phones have none, and are told so often.
  if (!before && !(await facts.get(savedKey))) return
  opened = undefined
  ;(await before)?.db.close()
  await purgeSaved()
  lost()
}
