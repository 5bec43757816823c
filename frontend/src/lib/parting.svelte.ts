// Locking, leaving and signing out of a young person's device. The device forgets first; the server is told as soon as
// it can be: the cookie can't be taken away without it.
import { gone, keep, kept } from './device'
import { forgetAll } from './forget'
import { ApiError, api } from './http'
import { meta } from './idb'
import { purgeSaved } from './purge'
import { type Keeper, session, setHere } from './session.svelte'
import { purgeVault } from './vault'

export type Parting = 'lock' | 'leave' | 'sign_out'

const paths: Record<Parting, string> = { lock: '/lock', leave: '/shared/leave', sign_out: '/sign-out' }
const young = api('young')
const facts = meta('young')
const owing = 'parting'
const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('heard-parting')

async function tell(kind: Parting): Promise<void> {
  try {
    await young.post(paths[kind], {}, { keepalive: true })
  } catch (fault) {
    // Heard's own "no" means that there is nothing left to end. Anything else is no answer.
    if (!(fault instanceof ApiError) || !fault.fromHeard || fault.status >= 500 || fault.status === 429) throw fault
  }
  await facts.remove(owing)
}

/** Before anything else is asked: what was owed when there was no signal. */
async function settle(): Promise<void> {
  const kind = await facts.get<Parting>(owing)
  if (kind && kind in paths) await tell(kind)
}

export const keeper: Keeper = {
  kept,
  keep: async (value) => {
    // Begun at once: whoever waits for this device to know who is here, waits for this.
    const keeping = keep(value)
    if (value.signedIn) await facts.remove(owing)
    await keeping
  },
  settle
}

function here(kind: Parting): void {
  const value = session.value
  const bare = value?.account && { id: value.account.id, name: '', avatar: '' }
  setHere(kind === 'lock' && value ? { ...value, locked: true, account: bare, ...(value.organisation && { organisation: { ...value.organisation, name: '' } }) } : undefined)
  forgetAll()
}

channel?.addEventListener('message', (event) => here(event.data as Parting))

/** Nothing is waited for before the private things are gone from the screen and their deletion is under way. */
export async function part(kind: Parting): Promise<void> {
  here(kind)
  channel?.postMessage(kind)
  // Begun before the first wait, as the vault's: the page may be gone in the next moment.
  if (kind === 'sign_out') void purgeSaved()
  const purging = purgeVault()
  const telling = tell(kind)
  telling.catch(() => undefined)
  await facts.set(owing, kind)
  await purging
  await gone(kind === 'lock' ? 'lock' : 'out')
  try {
    await telling
    await facts.remove(owing)
  } catch {
    // Owed: the next answer of the server is taken only after it.
  }
}

/** What a lock is here: on a shared tablet leaving, on a phone without a lock only forgetting. */
export function lockKind(): Parting | undefined {
  const value = session.value
  if (!value?.signedIn) return undefined
  if (value.shared) return 'leave'
  return value.lock && value.lock !== 'none' && !value.locked ? 'lock' : undefined
}

/** Quick exit: the page is gone in the same moment, so the service worker goes on. */
export function quit(): void {
  const kind = lockKind()
  try {
    navigator.serviceWorker?.controller?.postMessage({ kind: 'purge', parting: kind })
  } catch {
    // Then this page does what it can.
  }
  if (kind) void part(kind)
  else {
    forgetAll()
    void purgeVault()
  }
}
