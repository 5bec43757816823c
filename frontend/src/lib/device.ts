// The few plain facts a young person's device keeps outside the person's own store: whether someone is signed in,
// how it is locked, which number to call. No name, no card, nothing anyone wrote.
import { randomName, toBase64url } from './base64url'
import { meta } from './idb'
import { purgeSaved, purgeStores, stockKey } from './purge'
import type { Session } from './types'
import { openVault, purgeVault, reopen, vaultGet, vaultSet } from './vault'

/** Who the cards on this device were tapped by, without saying who that is. */
interface Mark {
  person: string
  /** A hash of mark and account: tells whether it is still the same person. */
  owner: string
}

interface Device {
  signedIn: boolean
  shared: boolean
  locked: boolean
  lock: NonNullable<Session['lock']>
  historyOpen: boolean
  demo: boolean
  dutyPhone: string
  keyworkerWord: string
  mark?: Mark
}

const facts = meta('young')
const key = 'device'

let mark: Mark | undefined
// One after the other: an answer that came earlier never overwrites a lock that came later.
let keeping: Promise<void> = Promise.resolve()

export function person(): string | undefined {
  return mark?.person
}

/** The same, once the answer that says who is here has been put away. */
export async function personHere(): Promise<string | undefined> {
  await keeping
  return person()
}

export async function isShared(): Promise<boolean> {
  return (await facts.get<Device>(key))?.shared ?? false
}

async function ownerOf(person: string, account: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${person} ${account}`))))
}

function plain(device: Device): Session {
  return {
    signedIn: true, demo: device.demo, shared: device.shared, locked: device.locked, lock: device.lock, historyOpen: device.historyOpen,
    organisation: { name: '', keyworkerWord: device.keyworkerWord, aboutMeWord: '', dutyPhone: device.dutyPhone }, serverTime: ''
  }
}

/** The session as this device remembers it: whole while it is open, the plain facts while it is locked. */
export async function kept(): Promise<Session | undefined> {
  const device = await facts.get<Device>(key)
  // From the first version, which kept the session as it was; the next answer of the server puts it away.
  if (!device) return facts.get<Session>('session')
  const open = await reopen(device.shared)
  if (!open && device.shared) await purgeStores()
  if (!device.signedIn || (device.shared && !open)) return undefined
  mark = device.shared ? await vaultGet<Mark>('mark') : device.mark
  return (!device.locked && (await vaultGet<Session>('session'))) || plain(device)
}

// Another person at this device: nothing of the one before is theirs, not a ticket either.
async function markFor(account: string, before: Mark | undefined): Promise<Mark> {
  if (before && before.owner === (await ownerOf(before.person, account))) return before
  await facts.remove(stockKey)
  const person = randomName()
  return { person, owner: await ownerOf(person, account) }
}

async function nobody(shared: boolean): Promise<void> {
  mark = undefined
  await purgeVault()
  await purgeSaved()
  await facts.remove(stockKey)
  if (shared) await facts.set(key, { ...none, shared })
  else await facts.remove(key)
}

const none: Device = { signedIn: false, shared: false, locked: false, lock: 'none', historyOpen: false, demo: false, dutyPhone: '', keyworkerWord: '' }

export function keep(value: Session): Promise<void> {
  return after(() => write(value))
}

function after(work: () => Promise<void>): Promise<void> {
  const mine = keeping.then(work)
  keeping = mine.catch(() => undefined)
  return mine
}

async function write(value: Session): Promise<void> {
  const device = await facts.get<Device>(key)
  const shared = value.shared ?? false
  if (!value.signedIn || !value.account) return nobody(shared || (device?.shared ?? false))
  const locked = value.locked ?? false
  const before = mark ?? device?.mark
  mark = await markFor(value.account.id, before)
  const another = before !== undefined && before.person !== mark.person
  const closing = locked && !shared && !device?.locked
  if (another || closing || (device && device.shared !== shared)) await purgeVault()
  if (another || shared) await purgeSaved()
  // What the first version left readable here.
  if (!device) await purgeStores()
  await facts.set(key, {
    signedIn: true, shared, locked, lock: value.lock ?? 'none', historyOpen: value.historyOpen ?? false, demo: value.demo,
    dutyPhone: value.organisation?.dutyPhone ?? '', keyworkerWord: value.organisation?.keyworkerWord ?? '', ...(!shared && { mark })
  } satisfies Device)
  if (locked && !shared) return
  await openVault(shared)
  if (shared) await vaultSet('mark', mark)
  await vaultSet('session', value)
}

/** Locked or left: told to the device before anyone else knows. */
export function gone(kind: 'lock' | 'out'): Promise<void> {
  return after(async () => {
    const device = await facts.get<Device>(key)
    if (kind === 'out') return nobody(device?.shared ?? false)
    await purgeVault()
    if (device) await facts.set(key, { ...device, locked: true })
  })
}
