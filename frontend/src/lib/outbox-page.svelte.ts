// The page's own outbox: sealing, sending, and the moments that flush it. Fetched once the first screen stands, and
// again with each sheet that can send: it is never missing where a card is tapped.
import { serverNow } from './clock.svelte'
import { person, personHere } from './device'
import { onForget } from './forget'
import { api } from './http'
import { live, onLive } from './live.svelte'
import { reached } from './online.svelte'
import { type LaneName, type Saved, type Who, createOutbox } from './outbox'
import { askedWho, browserDeps, keptTickets } from './outbox-deps'
import { type OutboxItem, isSealed, isTold } from './outbox-types'
import { outbox } from './outbox.svelte'
import { seal } from './seal'
import { refreshSession, session } from './session.svelte'
import { askForSync, onWorkerMessage } from './sw-bridge'
import { type TicketsAnswer, changeStock, enough, nextTicket, readStock, restocked } from './tickets'
import type { CardBody, Receipt, ToldBody, ToldReceipt } from './types'

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('heard-outbox')
const receipts = new Map<string, { receipt: Receipt; body: CardBody | undefined }>()
const toldReceipts = new Map<string, ToldReceipt>()
const listeners = new Set<(clientId: string, receipt: Receipt) => void>()
const toldListeners = new Set<(clientId: string, receipt: ToldReceipt) => void>()
const timers: Partial<Record<LaneName, ReturnType<typeof setTimeout>>> = {}
let refilling: Promise<void> | undefined

function here(): Who {
  const value = session.value
  return value?.signedIn ? { account: value.account?.id, csrf: value.csrf } : {}
}

const box = createOutbox(
  browserDeps({
    person,
    ticketsWrong: async () => {
      await changeStock(() => undefined)
      void refillTickets()
    },
    mayWriteOpen: () => !session.value?.shared,
    who: async () => here(),
    askWho: async () => {
      const who = await askedWho()
      void refreshSession()
      return who
    },
    seal: async (body) => {
      const stock = await readStock()
      const ticket = nextTicket(stock, person())
      return stock && ticket && seal(body, ticket.ticket, stock.key)
    },
    changed: () => {
      void reload()
      channel?.postMessage('changed')
    },
    sent: (item, receipt, body) => {
      outbox.unsaved = outbox.unsaved.filter((id) => id !== item.id)
      reached(true)
      void refillTickets()
      if (item.what) {
        toldReceipts.set(item.id, receipt as ToldReceipt)
        for (const listener of toldListeners) listener(item.id, receipt as ToldReceipt)
        return
      }
      receipts.set(item.id, { receipt: receipt as Receipt, body: body as CardBody | undefined })
      for (const listener of listeners) listener(item.id, receipt as Receipt)
    }
  })
)

onForget(() => {
  box.forget()
  receipts.clear()
  toldReceipts.clear()
  outbox.items = []
  outbox.told = []
  void reload()
})

// On a shared tablet only one's own; on a phone of one's own everything that waits on it.
function isMine(item: OutboxItem): boolean {
  if (session.value?.shared) return item.person !== undefined && item.person === person()
  return isSealed(item) || item.sentAs === '' || item.sentAs === session.value?.account?.id
}

async function reload(): Promise<void> {
  const all = await box.items()
  const mine = all.filter(isMine)
  outbox.items = mine.filter((item) => !item.what)
  outbox.told = mine.filter((item) => item.what)
  // Sealed after all: it lives on this phone now.
  outbox.unsaved = outbox.unsaved.filter((id) => !all.some((item) => item.id === id && isSealed(item)))
  await Promise.all([wake('cards'), wake('told')])
}

// A clock for each: while a voice is on its way it is due, and nothing would wake a card that has to be tried again.
async function wake(lane: LaneName): Promise<void> {
  clearTimeout(timers[lane])
  const wait = await box.nextIn(lane)
  if (wait !== undefined) timers[lane] = setTimeout(() => void box.flush({ lane }), Math.max(wait, 250))
}

/** All that waits on this device, whoever tapped it: how many, and since about when. */
export function allWaiting(): Promise<OutboxItem[]> {
  return box.items()
}

/** What this page knows of a card that waits. After a reload nobody does: only "a card from about 13:10". */
export function waitingBody(item: OutboxItem): CardBody | undefined {
  const body = isSealed(item) ? box.known(item.id) : item.body
  return body && !isTold(body) ? body : undefined
}

/** The receipt of a card sent from this page, if it has come. */
export function receiptOf(clientId: string): Receipt | undefined {
  return receipts.get(clientId)?.receipt
}

/** What this page itself has sent: known here also while the history is locked. By the server's id. */
export function sentBody(id: string): CardBody | undefined {
  for (const { receipt, body } of receipts.values()) if (receipt.id === id) return body
  return undefined
}

export function onSent(listener: (clientId: string, receipt: Receipt) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export async function sendCard(body: CardBody): Promise<Saved> {
  const saved = await box.add(body, session.value?.account?.id ?? '')
  if (saved === 'not_saved') outbox.unsaved = [...outbox.unsaved, body.id]
  void askForSync()
  return saved
}

/** An answer or a contact. Without a ticket it stays in this page: then tickets are asked for at once. */
export async function sendTold(body: ToldBody): Promise<Saved> {
  const saved = await box.add(body, session.value?.account?.id ?? '')
  if (saved === 'not_saved') {
    outbox.unsaved = [...outbox.unsaved, body.id]
    void refillTickets()
  }
  void askForSync()
  return saved
}

/** Once more now: with tickets for what has no seal yet. */
export async function retryTold(): Promise<void> {
  await refillTickets()
  await box.flush({ force: true })
}

export function toldReceiptOf(clientId: string): ToldReceipt | undefined {
  return toldReceipts.get(clientId)
}

export function onTold(listener: (clientId: string, receipt: ToldReceipt) => void): () => void {
  toldListeners.add(listener)
  return () => toldListeners.delete(listener)
}

export function flushOutbox(force = false, lane?: LaneName): Promise<void> {
  return box.flush({ force, lane })
}

export function retryCard(id: string): Promise<void> {
  return box.retry(id)
}

export function deleteCard(id: string): Promise<void> {
  return box.remove(id)
}

/** Tickets for the cards to come, fetched while there is signal and a session. */
function refillTickets(): Promise<void> {
  refilling ??= refill().catch(() => undefined).finally(() => {
    refilling = undefined
  })
  return refilling
}

async function refill(): Promise<void> {
  const account = session.value?.account?.id
  const mine = await personHere()
  if (!mine || !session.value?.signedIn || session.remembered) return
  const stock = await readStock()
  const have = stock?.person === mine ? stock.tickets.length : 0
  const current = session.value.outbox?.keyId
  if (have < enough || (current && current !== stock?.key.keyId)) {
    // What can't be read can't be named: then nothing is given back. Nor can more than the server reads.
    const keep = await keptTickets().catch(() => undefined)
    const answer = await api('young').post<TicketsAnswer>('/tickets', { have, ...(keep && keep.length <= 1000 && { keep }) }, { background: true })
    // Somebody else may be here by now: then these tickets are nobody's.
    if (mine !== person()) return
    await changeStock((before) => restocked(before, mine, answer, serverNow()))
  }
  if (mine === person() && account && account === session.value?.account?.id) await box.reseal(account)
}

/** Called once by the young entry. Each of these is a moment at which signal may be back, or somebody new is here. */
export function startOutbox(): void {
  channel?.addEventListener('message', () => void reload())
  addEventListener('online', () => void box.flush({ force: true }))
  addEventListener('pageshow', () => void box.flush({ force: true }))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void box.flush({ force: true })
  })
  onWorkerMessage((message) => {
    if (message.kind === 'pushed' || message.kind === 'flushed') void box.flush({ force: true }).then(reload)
  })
  onLive(() => {
    if (live.connected && [...outbox.items, ...outbox.told].some((item) => item.status === 'waiting')) void box.flush({ force: true })
  })
  $effect.root(() => {
    $effect(() => {
      if (session.value?.account?.id && !session.remembered) void refillTickets().then(reload)
    })
  })
  void reload()
  void box.flush({ force: true })
  // Ask once that the browser does not clear what waits here when storage is short.
  void navigator.storage?.persist?.().catch(() => false)
}
