// The outbox as a page sees it: a list that follows the store over all tabs, and the moments that flush it.
import { live, onLive } from './live.svelte'
import { reached } from './online.svelte'
import { type Saved, type Who, createOutbox } from './outbox'
import { askedWho, browserDeps, rememberedWho } from './outbox-deps'
import type { OutboxItem } from './outbox-types'
import { refreshSession, session } from './session.svelte'
import { askForSync, onWorkerMessage } from './sw-bridge'
import type { CardBody, Receipt } from './types'

/** `unsaved` holds ids of cards this phone could not save and no server has: the only place they live is this page. */
export const outbox = $state<{ items: OutboxItem[]; unsaved: string[] }>({ items: [], unsaved: [] })

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('heard-outbox')
const receipts = new Map<string, { receipt: Receipt; body: CardBody }>()
const listeners = new Set<(clientId: string, receipt: Receipt) => void>()
let timer: ReturnType<typeof setTimeout> | undefined

function here(): Who | undefined {
  const value = session.value
  return value?.signedIn && value.csrf ? { account: value.account?.id, csrf: value.csrf } : undefined
}

const box = createOutbox(
  browserDeps({
    // Memory first: where IndexedDB is broken it is all there is.
    who: async () => here() ?? rememberedWho(),
    askWho: async () => {
      const who = await askedWho()
      void refreshSession()
      return who
    },
    changed: () => {
      void reload()
      channel?.postMessage('changed')
    },
    sent: (item, receipt) => {
      receipts.set(item.id, { receipt, body: item.body })
      outbox.unsaved = outbox.unsaved.filter((id) => id !== item.id)
      reached(true)
      for (const listener of listeners) listener(item.id, receipt)
    }
  })
)

async function reload(): Promise<void> {
  const mine = session.value?.account?.id
  outbox.items = (await box.items()).filter((item) => item.sentAs === mine)
  clearTimeout(timer)
  const wait = await box.nextIn()
  if (wait !== undefined) timer = setTimeout(() => void box.flush(), Math.max(wait, 250))
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

export function flushOutbox(force = false): Promise<void> {
  return box.flush({ force })
}

export function retryCard(id: string): Promise<void> {
  return box.retry(id)
}

export function deleteCard(id: string): Promise<void> {
  return box.remove(id)
}

/** Called once by the young entry. Each of these is a moment at which signal may be back. */
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
    if (live.connected && outbox.items.some((item) => item.status === 'waiting')) void box.flush({ force: true })
  })
  void reload()
  void box.flush({ force: true })
  // Ask once that the browser does not clear what waits here when storage is short.
  void navigator.storage?.persist?.().catch(() => false)
}
