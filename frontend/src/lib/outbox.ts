// The outbox: nothing tapped is lost. A card is sealed, written to this phone first, then posted, and removed only
// on the server's own receipt. The same module runs in the page and in the service worker.
// Long because both lanes, cards and what is told, go by one set of rules, and each fault ends here in one place.
import { ApiError } from './http'
import { turns } from './outbox-order'
import { type OpenItem, type OutboxItem, type SealedCard, type SealedItem, type ToldItem, isSealed, isTold, marks, outboxVersion } from './outbox-types'
import type { CardBody, Receipt, ToldBody, ToldReceipt } from './types'

export type Saved = 'on_phone' | 'sent' | 'not_saved'

type Body = CardBody | ToldBody
type AnyReceipt = Receipt | ToldReceipt

/** Cards, and what is told: answers, contacts, session feedback. No card ever waits for one of those. */
export type LaneName = 'cards' | 'told'

export interface Who {
  account?: string
  /** Bound to this account's session: a post with it can't be taken for another person's. */
  csrf?: string
}

export interface Store {
  all(): Promise<unknown[]>
  put(item: OutboxItem): Promise<void>
  /** Writes it and takes its ticket out of the stock, both or neither. False: the ticket is gone, another tab has it. */
  putSealed(item: SealedItem): Promise<boolean>
  remove(id: string): Promise<void>
}

export interface OutboxDeps {
  store: Store
  /** Without cookies: a sealed card belongs to its ticket, not to whoever is signed in. */
  postSealed(card: SealedCard, stop?: AbortSignal): Promise<AnyReceipt>
  /** With the session of whoever is signed in. */
  post(body: CardBody, csrf: string): Promise<Receipt>
  /** Undefined while there is no ticket or no key of the server. */
  seal(body: Body): Promise<SealedCard | undefined>
  /** This device's mark of the person at it. */
  person(): string | undefined
  /** Who is signed in, as this device remembers it. */
  who(): Promise<Who>
  /** The same, asked from the server. */
  askWho(): Promise<Who>
  /** Runs one flush of a lane at a time over all tabs and the service worker, where the browser can. */
  alone(work: () => Promise<void>, lane: LaneName): Promise<void>
  /** Whether a card may be written down readable, where nothing else would keep it. Never on a shared tablet. */
  mayWriteOpen?(): boolean
  /** The server doesn't know a ticket it gave: none of the stock is worth keeping. */
  ticketsWrong?(): Promise<void>
  now(): number
  changed(): void
  sent?(item: OutboxItem, receipt: AnyReceipt, body: Body | undefined): void
}

export interface Outbox {
  add(body: Body, sentAs: string): Promise<Saved>
  /** Of both lanes, or of the one that is named. */
  flush(options?: { force?: boolean; lane?: LaneName }): Promise<void>
  /** Seals what waits open, once there are tickets of the person whose it is. */
  reseal(account: string): Promise<void>
  items(): Promise<OutboxItem[]>
  /** What this page still knows of a card that waits; nothing after a reload. */
  known(id: string): Body | undefined
  /** Lets go of everything readable but what lives nowhere else. */
  forget(): void
  retry(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Milliseconds until the next try is due; undefined when nothing waits. */
  nextIn(lane?: LaneName): Promise<number | undefined>
}

interface Lane {
  running?: Promise<void>
  again?: boolean
  force?: boolean
}

const longestWait = 30_000
// A card without a seal is posted before it is written down readable; a slow network must not hold it in memory.
const openPatience = 3000

// So many tries of a card have the line to themselves, some two minutes. One that fails for ever must not silence a voice.
const urgentTries = 8

export function backoff(attempts: number): number {
  return Math.min(longestWait, 1000 * 2 ** Math.max(0, attempts - 1))
}

function isBody(body: unknown): body is CardBody {
  const b = body as CardBody | undefined
  return typeof b?.id === 'string' && typeof b.card === 'string' && Array.isArray(b.audience)
}

function isSealedCard(card: unknown): card is SealedCard {
  const c = card as SealedCard | undefined
  return [c?.id, c?.ticket, c?.key, c?.epk, c?.iv, c?.sealed].every((part) => typeof part === 'string')
}

/**
 * Reads a record of any version. Version 0 (before the first release) had no v, status or times.
 * A record from a later build is read for what this one understands. What can't be read stays in the store untouched.
 */
export function upgrade(record: unknown): OutboxItem | undefined {
  const r = record as (Partial<OpenItem> & Partial<SealedItem>) | undefined
  if (!r || typeof r.id !== 'string') return undefined
  const common = { id: r.id, attempts: r.attempts ?? 0, nextAt: r.nextAt ?? 0, status: r.status === 'refused' ? ('refused' as const) : ('waiting' as const) }
  if (isSealedCard(r.sealed)) return { ...r, ...common, v: 2, sealed: r.sealed, createdAt: r.createdAt ?? 0 }
  if (!isBody(r.body) || typeof r.sentAs !== 'string') return undefined
  return { ...r, ...common, v: r.v ?? 1, body: r.body, sentAs: r.sentAs, createdAt: r.createdAt ?? (Date.parse(r.body.tappedAt) || 0) }
}

type Outcome = 'sent' | 'later' | 'alone' | 'refused' | 'stop'

/** Heard itself refused it. A 4xx of a proxy or a captive portal means "not yet". */
function isFinal(fault: ApiError): boolean {
  return fault.fromHeard && fault.status >= 400 && fault.status < 500 && ![401, 408, 425, 429].includes(fault.status) && fault.reason !== 'csrf'
}

/** The seal was not taken, which says nothing about the card in it. A server from before seals answers 404. */
function isSealFault(fault: ApiError): boolean {
  return fault.fromHeard && (fault.reason.startsWith('ticket_') || fault.reason === 'sealed_unreadable' || fault.status === 404)
}

function laneOf(item: OutboxItem): LaneName {
  return item.what ? 'told' : 'cards'
}

export function createOutbox(deps: OutboxDeps): Outbox {
  // Cards that the storage would not take. They live as long as the page, and are tried like the others.
  const memory = new Map<string, OutboxItem>()
  const known = new Map<string, { body: Body; sentAs: string }>()
  // Cards whose first answer is still awaited.
  const adding = new Set<string>()
  const lanes: Record<LaneName, Lane> = { cards: {}, told: {} }
  // Ends what is being told at the moment.
  let telling: AbortController | undefined

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
    // Sealed while its post was under way: it stays sealed.
    else if (!isSealed(item) && (await items()).some((other) => other.id === item.id && isSealed(other))) return
    else await deps.store.put(item).catch(() => undefined)
    deps.changed()
  }

  async function drop(id: string): Promise<void> {
    memory.delete(id)
    known.delete(id)
    // If removing fails the card is posted again some time; the server knows its id and answers the same receipt.
    await deps.store.remove(id).catch(() => undefined)
    deps.changed()
  }

  async function later(item: OutboxItem, wait: number): Promise<void> {
    const attempts = item.attempts + 1
    await keep({ ...item, attempts, nextAt: deps.now() + Math.max(backoff(attempts), wait) })
  }

  async function after(item: OutboxItem, fault: unknown): Promise<Outcome> {
    if (!(fault instanceof ApiError) || fault.unreachable) {
      await later(item, 0)
      return 'stop'
    }
    // A route that is not there is no word about this card: some other build of the server has it.
    // With a reason it is one about an answer: what it was about is not there.
    if (isFinal(fault) && !(isSealed(item) && fault.status === 404 && !(item.what && fault.reason))) {
      await keep({ ...item, attempts: item.attempts + 1, status: 'refused', reason: fault.reason || Object.keys(fault.fields)[0] || fault.code })
      return 'refused'
    }
    // Something this server does not know, and a newer one may.
    const alone = item.alone || fault.reason === 'what'
    await later({ ...item, ...(alone && { alone }) }, Math.min(fault.retryAfter * 1000, 300_000))
    if (fault.status === 401) return 'stop'
    return alone ? 'alone' : 'later'
  }

  async function settle(item: OutboxItem, receipt: AnyReceipt): Promise<Outcome> {
    if (receipt?.clientId !== item.id) {
      // Not the receipt for this card: no evidence, so it stays.
      await later(item, 0)
      return 'later'
    }
    const body = known.get(item.id)?.body ?? (isSealed(item) ? undefined : item.body)
    await drop(item.id)
    deps.sent?.(item, receipt, body)
    return 'sent'
  }

  async function attemptSealed(item: SealedItem, who: Who): Promise<Outcome> {
    try {
      return await settle(item, await deps.postSealed(item.sealed, item.what && telling?.signal))
    } catch (fault) {
      if (!(fault instanceof ApiError) || !isSealFault(fault)) return after(item, fault)
      // The server was put back to before it gave this ticket: then it knows none of those with it either.
      if (fault.reason === 'ticket_wrong') await deps.ticketsWrong?.().catch(() => undefined)
      const open = known.get(item.id)
      // Only a card has another way than sealed.
      if (!open || isTold(open.body) || who.account !== open.sentAs) return after(item, fault)
      // This page still knows the card: then its session can carry it, under the same id.
      try {
        return await settle(item, await deps.post(open.body, who.csrf ?? ''))
      } catch (second) {
        return after(item, second)
      }
    }
  }

  async function attemptOpen(item: OpenItem, who: Who): Promise<Outcome> {
    try {
      return await settle(item, await deps.post(item.body, who.csrf ?? ''))
    } catch (fault) {
      const signedOut = fault instanceof ApiError && (fault.status === 401 || (fault.status === 403 && fault.reason === 'csrf'))
      if (!signedOut) return after(item, fault)
      const fresh = await deps.askWho().catch(() => undefined)
      if (!fresh || !isTheirs(item, fresh)) {
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

  /** An open card goes under the account that tapped it, and no other. */
  function isTheirs(item: OpenItem | ToldItem, who: Who): boolean {
    if (!who.account) return false
    return item.sentAs ? item.sentAs === who.account : item.person !== undefined && item.person === deps.person()
  }

  async function pass(lane: LaneName, force: boolean): Promise<void> {
    const due = turns(await items()).filter((turn) => laneOf(turn.item) === lane && (force || turn.nextAt <= deps.now()))
    if (due.length === 0) return
    const who = await deps.who().catch(() => ({}))
    // Chains whose next word has to be tried again: what was said after it waits with it.
    const late = new Set<string>()
    for (const { item, chain } of due) {
      if (chain !== undefined && late.has(chain)) continue
      if (!isSealed(item) && !isTheirs(item, who)) continue
      if (lane === 'told') {
        // Cards first, also those that came since the last one.
        await lanes.cards.running?.catch(() => undefined)
        telling = new AbortController()
        // On a slow line a voice would take from a card what there is. It stays stored, and goes again under its id.
      } else if (item.attempts < urgentTries) telling?.abort()
      const outcome = await (isSealed(item) ? attemptSealed(item, who) : attemptOpen(item, who))
      if (outcome === 'stop') return
      if (outcome === 'later' && chain !== undefined) late.add(chain)
    }
  }

  async function run(name: LaneName, lane: Lane): Promise<void> {
    do {
      const force = lane.force ?? false
      lane.again = lane.force = false
      await deps.alone(() => pass(name, force), name)
    } while (lane.again)
  }

  function start(name: LaneName, force = false): Promise<void> {
    const lane = lanes[name]
    lane.again = true
    lane.force ||= force
    lane.running ??= run(name, lane).finally(() => {
      lane.running = undefined
    })
    return lane.running
  }

  async function flush({ force, lane }: { force?: boolean; lane?: LaneName } = {}): Promise<void> {
    await (lane ? start(lane, force) : Promise.all([start('cards', force), start('told', force)]))
  }

  /** Sealed and written down, or undefined. A ticket that another tab was quicker to take is no reason to give up. */
  async function writeSealed(body: Body, createdAt = deps.now(), mine = deps.person()): Promise<SealedItem | undefined> {
    for (let tries = 0; tries < 8; tries++) {
      const sealed = await deps.seal(body)
      // Never with a ticket of somebody who came here in between.
      if (!sealed || deps.person() !== mine) return undefined
      const item: SealedItem = { v: outboxVersion, id: body.id, ...(isTold(body) && marks(body)), person: mine, sealed, createdAt, attempts: 0, nextAt: 0, status: 'waiting' }
      if (await deps.store.putSealed(item)) return item
    }
    return undefined
  }

  async function reseal(account: string): Promise<void> {
    const mine = deps.person()
    const open = (await items()).filter((item): item is OpenItem | ToldItem => !isSealed(item) && item.status === 'waiting' && !adding.has(item.id))
    for (const item of open) {
      if (!isTheirs(item, { account })) continue
      const sealed = await writeSealed(item.body, item.createdAt, mine).catch(() => undefined)
      if (!sealed) break
      memory.delete(item.id)
      known.set(item.id, { body: item.body, sentAs: account })
    }
    if (open.length === 0) return
    deps.changed()
    await flush({ force: true })
  }

  async function add(body: Body, sentAs: string): Promise<Saved> {
    known.set(body.id, { body, sentAs })
    const written = await writeSealed(body).catch(() => undefined)
    if (!written && isTold(body)) {
      // No ticket, no key, or no storage: it is not worth leaving readable words behind.
      memory.set(body.id, { v: outboxVersion, id: body.id, ...marks(body), person: deps.person(), body, sentAs, createdAt: deps.now(), attempts: 0, nextAt: 0, status: 'waiting' })
      deps.changed()
      return 'not_saved'
    }
    if (!written && !isTold(body)) {
      adding.add(body.id)
      return addOpen(body, sentAs).finally(() => adding.delete(body.id))
    }
    deps.changed()
    void start(isTold(body) ? 'told' : 'cards')
    return 'on_phone'
  }

  // No ticket, no key, or no storage. The network is the place left: it is tried at once and its answer awaited.
  // Only when it has none is the card written down open, so that it is not lost with the page. On a shared tablet it
  // is not: readable words must not outlive leaving. There it lives in this page, and says that it could not be saved.
  async function addOpen(body: CardBody, sentAs: string): Promise<Saved> {
    const item: OpenItem = { v: 1, id: body.id, person: deps.person(), body, sentAs, createdAt: deps.now(), attempts: 0, nextAt: 0, status: 'waiting' }
    memory.set(item.id, item)
    const who = await deps.who().catch((): Who => ({}))
    telling?.abort()
    const posting: Promise<Outcome> = isTheirs(item, who) ? attemptOpen(item, who) : Promise.resolve('later')
    const slow = new Promise<Outcome>((resolve) => setTimeout(resolve, openPatience, 'later'))
    if ((await Promise.race([posting, slow])) === 'sent') return 'sent'
    const now = memory.get(item.id)
    // The receipt came while this line was reached.
    if (!now) return 'sent'
    if (deps.mayWriteOpen?.() === false) {
      deps.changed()
      return 'not_saved'
    }
    try {
      await deps.store.put(now)
      memory.delete(item.id)
      return 'on_phone'
    } catch {
      return 'not_saved'
    } finally {
      deps.changed()
    }
  }

  async function retry(id: string): Promise<void> {
    const item = (await items()).find((one) => one.id === id)
    if (!item) return
    await keep({ ...item, status: 'waiting', reason: undefined, nextAt: 0 })
    await start(laneOf(item))
  }

  async function nextIn(lane?: LaneName): Promise<number | undefined> {
    const waiting = turns(await items()).filter((turn) => !lane || laneOf(turn.item) === lane)
    if (waiting.length === 0) return undefined
    return Math.max(0, Math.min(...waiting.map((turn) => turn.nextAt)) - deps.now())
  }

  function forget(): void {
    for (const id of known.keys()) if (!memory.has(id)) known.delete(id)
  }

  return { add, flush, reseal, items, known: (id) => known.get(id)?.body, forget, retry, remove: drop, nextIn }
}
