// What this device keeps of one person: a store of its own under a random name, its values encrypted, so that a store
// that was deleted leaves nothing readable in the browser's files. On a person's own phone its key waits for the next
// opening; on a shared tablet name and key live no longer than the tab.
import { fromBase64url, randomName, toBase64url } from './base64url'
import { type Database, deleteDatabase, meta, openDatabase, within } from './idb'
import { listKey, ownKey, purgeStores } from './purge'

interface Opened {
  name: string
  key: CryptoKey
}

const place = 'young'
const tabKey = 'heard-tab'

let opened: Opened | undefined
let connection: Promise<Database> | undefined

async function connect(vault: Opened): Promise<Database> {
  connection ??= within(openDatabase(vault.name, (raw) => void raw.createObjectStore('kept'), () => undefined))
  const db = await connection
  // Purged in the meantime: it must not come back.
  if (opened !== vault) {
    db.close()
    await deleteDatabase(vault.name)
    throw new Error('purged')
  }
  return db
}

function importKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

async function fromTab(): Promise<Opened | undefined> {
  const [name, key] = (sessionStorage.getItem(tabKey) ?? '').split(' ')
  return name && key ? { name, key: await importKey(fromBase64url(key)) } : undefined
}

/** The store this device or tab had open before, if there is one. */
export async function reopen(shared: boolean): Promise<boolean> {
  try {
    opened ??= shared ? await fromTab() : await meta(place).get<Opened>(ownKey)
  } catch {
    // Nothing is kept here then.
  }
  return opened !== undefined
}

/** Opens the store of whoever has just unlocked; a new one, unless this device or tab has one. */
export async function openVault(shared: boolean): Promise<void> {
  if (await reopen(shared)) return
  const raw = crypto.getRandomValues(new Uint8Array(32))
  const made: Opened = { name: `heard-${randomName()}`, key: await importKey(raw) }
  try {
    // On the list before it exists, so that no purge can miss it.
    await meta(place).update<string[]>(listKey, (names = []) => [...names, made.name])
    if (shared) sessionStorage.setItem(tabKey, `${made.name} ${toBase64url(raw)}`)
    else await meta(place).set(ownKey, made)
    opened = made
  } catch {
    // No storage: the page remembers as long as it is open.
  }
}

export async function vaultGet<T>(key: string): Promise<T | undefined> {
  const vault = opened
  if (!vault) return undefined
  try {
    const found = (await within((await connect(vault)).get('kept', key))) as { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer } | undefined
    if (!found) return undefined
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.iv }, vault.key, found.data)
    return JSON.parse(new TextDecoder().decode(plain)) as T
  } catch {
    return undefined
  }
}

export async function vaultSet(key: string, value: unknown): Promise<void> {
  const vault = opened
  if (!vault) return
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, vault.key, new TextEncoder().encode(JSON.stringify(value)))
    await within((await connect(vault)).put('kept', { iv, data }, key))
  } catch {
    // Kept in memory only; the next opening asks the server again.
  }
}

/**
 * Everything private on this device, gone. What can be done without waiting is done before the first wait: quick exit
 * leaves the page in the same moment.
 */
export async function purgeVault(): Promise<void> {
  const name = opened?.name
  const closing = connection
  opened = undefined
  connection = undefined
  try {
    sessionStorage.removeItem(tabKey)
    if (name) indexedDB.deleteDatabase(name)
  } catch {
    // No storage here, so nothing is in it.
  }
  try {
    globalThis.navigator?.serviceWorker?.controller?.postMessage({ kind: 'purge' })
  } catch {
    // The page does it itself.
  }
  // An open connection holds the deletion back until it is closed.
  await closing?.then((db) => db.close()).catch(() => undefined)
  await purgeStores().catch(() => undefined)
}
