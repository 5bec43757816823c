// The outbox: nothing tapped is lost. A card is written to this phone first, then posted, and removed only
// on the server's own receipt. The same module runs in the page and in the service worker.
import { ApiError } from './http'
import { type OutboxItem, outboxVersion } from './outbox-types'
import type { CardBody, Receipt } from './types'

export type Saved = 'on_phone' | 'sent' | 'not_saved'

export interface Who {
  account?: string
  /** Bound to this account's session: a post with it can't be taken for another person's. */
  csrf?: string
}

export interface Store {
  all(): Promise<unknown[]>
  put(item: OutboxItem): Promise<void>
  remove(id: string): Promise<void>
}

export interface OutboxDeps {
  store: Store
  post(body: CardBody, csrf: string): Promise<Receipt>
  /** Who is signed in, as this device remembers it. */
  who(): Promise<Who>
  /** The same, asked from the server. */
  askWho(): Promise<Who>
  /** Runs one flush at a time over all tabs and the service worker, where the browser can. */
  alone(work: () => Promise<void>): Promise<void>
  now(): number
  changed(): void
  sent?(item: OutboxItem, receipt: Receipt): void
}

export interface Outbox {
  add(body: CardBody, sentAs: string): Promise<Saved>
  flush(options?: { force?: boolean }): Promise<void>
  items(): Promise<OutboxItem[]>
  retry(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Milliseconds until the next try is due; undefined when nothing waits. */
  nextIn(): Promise<number | undefined>
}

const longestWait = 30_000

export function backoff(attempts: number): number {
  return Math.min(longestWait, 1000 * 2 ** Math.max(0, attempts - 1))
}

function isBody(body: unknown): body is CardBody {
  const b = body as CardBody | undefined
  return typeof b?.id === 'string' && typeof b.card === 'string' && Array.isArray(b.audience)
}

/**
 * Reads a record of any version. Version 0 (before the first release) had no v, status or times.
 * A record from a later build is read for what this one understands. What can't be read stays in the store untouched.
 */
export function upgrade(record: unknown): OutboxItem | undefined {
  const r = record as Partial<OutboxItem> | undefined
  if (!r || typeof r.id !== 'string' || !isBody(r.body) || typeof r.sentAs !== 'string') return undefined
  return {
    ...r,
    v: r.v ?? outboxVersion,
    id: r.id,
    body: r.body,
    sentAs: r.sentAs,
    createdAt: r.createdAt ?? (Date.parse(r.body.tappedAt) || 0),
    attempts: r.attempts ?? 0,
    nextAt: r.nextAt ?? 0,
    status: r.status === 'refused' ? 'refused' : 'waiting'
  }
}

type Outcome = 'sent' | 'later' | 'refused' | 'stop'

export function createOutbox(deps: OutboxDeps): Outbox {
  // Cards that the storage would not take. They live as long as the page, and are tried like the others.
  const memory = new Map<string, OutboxItem>()
  let running: Promise<void> | undefined
  let again = false
  let forceAgain = false

  async function items(): Promise<OutboxItem[]> {
    let stored: unknown[] = []
    try {
      stored = await deps.store.all()
    } catch {
      // Storage is broken: what is in memory is all there is.
    }
    const found = stored.map(upgrade).filter((item) => item !== undefined)
    return [...found, ...[...memory.values()].filter((item) => !found.some((other) => other.id === item.id))]
      .sort((a, b) => a.createdAt - b.createdAt)
  }

  async function keep(item: OutboxItem): Promise<void> {
    if (memory.has(item.id)) memory.set(item.id, item)
    else await deps.store.put(item).catch(() => undefined)
    deps.changed()
  }

  async function drop(id: string): Promise<void> {
    memory.delete(id)
    // If removing fails the card is posted again some time; the server knows its id and answers the same receipt.
    await deps.store.remove(id).catch(() => undefined)
    deps.changed()
  }

  async function later(item: OutboxItem, wait: number): Promise<void> {
    const attempts = item.attempts + 1
    await keep({ ...item, attempts, nextAt: deps.now() + Math.max(backoff(attempts), wait) })
  }

  async function refused(item: OutboxItem, reason: string): Promise<void> {
    await keep({ ...item, attempts: item.attempts + 1, status: 'refused', reason })
  }

  async function after(item: OutboxItem, fault: unknown): Promise<Outcome> {
    if (!(fault instanceof ApiError) || fault.unreachable) {
      await later(item, 0)
      return 'stop'
    }
    // Only Heard itself can refuse a card. A 4xx of a proxy or a captive portal means "not yet".
    const final = fault.fromHeard && fault.status >= 400 && fault.status < 500 && ![401, 408, 425, 429].includes(fault.status) && fault.reason !== 'csrf'
    if (final) {
      await refused(item, fault.reason || Object.keys(fault.fields)[0] || fault.code)
      return 'refused'
    }
    await later(item, Math.min(fault.retryAfter * 1000, 300_000))
    return fault.status === 401 ? 'stop' : 'later'
  }

  async function settle(item: OutboxItem, receipt: Receipt): Promise<Outcome> {
    if (receipt?.clientId !== item.id) {
      // Not the receipt for this card: no evidence, so it stays.
      await later(item, 0)
      return 'later'
    }
    await drop(item.id)
    deps.sent?.(item, receipt)
    return 'sent'
  }

  async function attempt(item: OutboxItem, who: Who): Promise<Outcome> {
    try {
      return await settle(item, await deps.post(item.body, who.csrf ?? ''))
    } catch (fault) {
      const signedOut = fault instanceof ApiError && (fault.status === 401 || (fault.status === 403 && fault.reason === 'csrf'))
      if (!signedOut) return after(item, fault)
      const fresh = await deps.askWho().catch(() => undefined)
      if (fresh?.account !== item.sentAs) {
        await later(item, 0)
        return 'stop'
      }
      try {
        return await settle(item, await deps.post(item.body, fresh.csrf ?? ''))
      } catch (second) {
        return after(item, second)
      }
    }
  }

  async function pass(force: boolean): Promise<void> {
    const who = await deps.who()
    if (!who.account) return
    const due = (await items())
      .filter((item) => item.status === 'waiting' && item.sentAs === who.account && (force || item.nextAt <= deps.now()))
      // A card that keeps failing must not stand in front of one never tried.
      .sort((a, b) => a.attempts - b.attempts || a.createdAt - b.createdAt)
    for (const item of due) {
      if ((await attempt(item, who)) === 'stop') return
    }
  }

  async function run(): Promise<void> {
    do {
      const force = forceAgain
      again = false
      forceAgain = false
      await deps.alone(() => pass(force))
    } while (again)
  }

  function flush(options: { force?: boolean } = {}): Promise<void> {
    again = true
    forceAgain ||= options.force ?? false
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }

  async function add(body: CardBody, sentAs: string): Promise<Saved> {
    const item: OutboxItem = { v: outboxVersion, id: body.id, body, sentAs, createdAt: deps.now(), attempts: 0, nextAt: 0, status: 'waiting' }
    try {
      await deps.store.put(item)
    } catch {
      return addToMemory(item)
    }
    deps.changed()
    void flush()
    return 'on_phone'
  }

  // IndexedDB failed: the network is the only place left, so it is tried at once and its answer awaited.
  async function addToMemory(item: OutboxItem): Promise<Saved> {
    memory.set(item.id, item)
    const who = await deps.who()
    const outcome = who.account === item.sentAs ? await attempt(item, who) : 'later'
    if (outcome === 'sent') return 'sent'
    deps.changed()
    return 'not_saved'
  }

  async function retry(id: string): Promise<void> {
    const item = (await items()).find((one) => one.id === id)
    if (!item) return
    await keep({ ...item, status: 'waiting', reason: undefined, nextAt: 0 })
    await flush()
  }

  async function nextIn(): Promise<number | undefined> {
    const waiting = (await items()).filter((item) => item.status === 'waiting')
    if (waiting.length === 0) return undefined
    return Math.max(0, Math.min(...waiting.map((item) => item.nextAt)) - deps.now())
  }

  return { add, flush, items, retry, remove: drop, nextIn }
}
