// What the outbox stands on in a browser: IndexedDB, the API, Web Locks. Used by the page and the service worker alike.
import { api } from './http'
import { database, within } from './idb'
import type { LaneName, OutboxDeps, Store, Who } from './outbox'
import { stockKey } from './purge'
import { type Stock, changeStock, without } from './tickets'
import type { Receipt, Session, ToldReceipt } from './types'

const place = 'young'

// A lock held by a tab that the phone has frozen must not hold a card back: after this we go on without it.
// Two posts of one card are one card for the server.
// A voice holds the lock of its own lane for as long as it may take, and is not posted a second time beside itself.
const lockPatience: Record<LaneName, number> = { cards: 15_000, told: 130_000 }

export function idbStore(): Store {
  return {
    async all() {
      return within((await database(place)).getAll('outbox'))
    },
    async put(item) {
      await within((await database(place)).put('outbox', item))
    },
    async putSealed(item) {
      const work = (await database(place)).change(['outbox', 'meta'], async (tx) => {
        const left = without((await tx.get('meta', stockKey)) as Stock | undefined, item.sealed.ticket)
        if (left) await Promise.all([tx.put('meta', left, stockKey), tx.put('outbox', item)])
        return left !== undefined
      })
      return within(work)
    },
    async remove(id) {
      await within((await database(place)).delete('outbox', id))
    }
  }
}

/** The server then ends what this device was given and keeps no more: the stock it forgot when somebody left. */
export async function keptTickets(): Promise<string[]> {
  const work = (await database(place)).change(['outbox', 'meta'], async (tx) => {
    const [waiting, stock] = await Promise.all([tx.all('outbox'), tx.get('meta', stockKey)])
    // Of any status and any build's: a ticket beside a card is never given back.
    const beside = (waiting as { sealed?: { ticket?: unknown } }[]).map((item) => item.sealed?.ticket)
    const atHand = ((stock as Stock | undefined)?.tickets ?? []).map((one) => one.ticket)
    return [...beside, ...atHand].filter((ticket) => typeof ticket === 'string')
  }, 'readonly')
  return within(work)
}

export async function alone(work: () => Promise<void>, lane: LaneName, locks: LockManager | undefined = globalThis.navigator?.locks, patience = lockPatience[lane]): Promise<void> {
  if (!locks) return work()
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), patience)
  let started = false
  try {
    await locks.request(`heard-outbox-${lane}`, { signal: stop.signal }, async () => {
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

/** From the server, with the cookie alone: the service worker keeps nothing of whoever is signed in. */
export async function askedWho(): Promise<Who> {
  const session = await api(place).get<Session>('/session', { background: true })
  return session.signedIn ? { account: session.account?.id, csrf: session.csrf } : {}
}

export function browserDeps(more: Pick<OutboxDeps, 'changed' | 'sent' | 'who' | 'askWho' | 'seal' | 'person' | 'mayWriteOpen' | 'ticketsWrong'>): OutboxDeps {
  return {
    store: idbStore(),
    // A voice takes its time on a slow line: a second for each 8 kB, and never less than any other call has.
    postSealed: (card, stop) => api(place).post<Receipt | ToldReceipt>('/sealed', card, { open: true, bare: true, stop, timeout: Math.max(10_000, card.sealed.length / 8) }),
    post: (body, csrf) => api(place).post<Receipt>('/cards', body, { csrf }),
    alone,
    ticketsWrong: () => changeStock(() => undefined),
    now: Date.now,
    ...more
  }
}
