// Asking the server, answering, and remembering the one open question for when there is no signal.
import { serverNow } from '../../lib/clock.svelte'
import { ApiError } from '../../lib/http'
import { fresh } from '../../lib/live.svelte'
import { reached } from '../../lib/online.svelte'
import { sendTold } from '../../lib/outbox-page.svelte'
import type { AnswerBody, ContactKind, Person } from '../../lib/types'
import { uuidv7 } from '../../lib/uuid'
import { vaultGet, vaultSet } from '../../lib/vault'
import * as api from './api'
import { type Draft, type Subject, answerOf, drafts, last, listened } from './state.svelte'
import type { Ask, ListenedAnswer, Order } from './types'

/** No history, no list: the question that is open, and the last one answered here while the server may not know yet. */
interface Kept {
  order: Order
  ask?: Ask
  closed?: string
}

const store = 'listened'

const keep = (): Promise<void> => vaultSet(store, { order: listened.order, ask: listened.ask, closed: listened.closed } satisfies Kept)

async function remembered(): Promise<void> {
  const kept = await vaultGet<Kept>(store)
  if (!kept || listened.known) return
  listened.closed ??= kept.closed
  listened.order = kept.order
  // A question ends by itself, also on a phone that hears of nothing.
  if (kept.ask && kept.ask.id !== listened.closed && Date.parse(kept.ask.expiresAt) > serverNow()) listened.ask = kept.ask
}

async function take(answer: ListenedAnswer): Promise<void> {
  listened.order = answer.order
  listened.ask = answer.ask && answer.ask.id !== listened.closed ? answer.ask : undefined
  listened.contacts = answer.contacts
  listened.mine = answer.mine
  listened.known = true
  listened.error = undefined
  await keep()
}

export async function loadListened(): Promise<void> {
  if (!listened.known) await remembered()
  try {
    await take(await api.fetchListened())
    reached(true)
    fresh()
  } catch (fault) {
    if (fault instanceof ApiError && fault.unreachable) reached(false)
    listened.error = fault
  }
}

/** Sealed and on this phone when it resolves, or in this page until it can be. The question is closed in the same moment. */
export async function answer(subject: Subject, choice: AnswerBody['listened'], draft: Draft): Promise<void> {
  const body = answerOf(uuidv7(), subject, choice, draft)
  if (subject.ask) {
    listened.closed = subject.ask
    listened.ask = undefined
  }
  delete drafts[subject.key]
  // For the words about it: the voice is not one of them, and lives no longer than it must.
  last.body = choice === 'skip' ? undefined : { ...body, voice: undefined }
  last.who = subject.with.name
  await sendTold(body)
  await keep()
}

/** "I saw my worker today". */
export async function addContact(person: Person, kind: ContactKind, at: number): Promise<void> {
  const body = { what: 'contact' as const, id: uuidv7(), with: person.id, kind, at: new Date(at).toISOString() }
  last.body = body
  last.who = person.name
  await sendTold(body)
}
