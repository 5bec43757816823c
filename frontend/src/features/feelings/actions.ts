// What a young person does with a card. Shown at once; the outbox sees to the rest.
import { ApiError } from '../../lib/http'
import { fresh } from '../../lib/live.svelte'
import { reached } from '../../lib/online.svelte'
import { sendCard } from '../../lib/outbox.svelte'
import { people } from '../../lib/people.svelte'
import type { Card, CardBody, CardKind, Intensity } from '../../lib/types'
import { uuidv7 } from '../../lib/uuid'
import * as api from './api'
import { mine, putCard, switchedOff } from './state.svelte'

export interface Draft {
  card: string
  kind: CardKind
  intensity?: Intensity
  need?: string
  words?: string
  audience: string[]
}

export function bodyOf(draft: Draft, kept: boolean): CardBody {
  const words = draft.words?.trim()
  return {
    id: uuidv7(),
    card: draft.card,
    kind: draft.kind,
    ...(draft.intensity && { intensity: draft.intensity }),
    ...(draft.need && { need: draft.need }),
    ...(words && { words: words.slice(0, 1000) }),
    audience: kept ? [] : draft.audience,
    // Without a known list nobody can have been switched off: then the server's own default holds.
    ...(people.list.length > 0 && !kept && { switchedOff: switchedOff(people.list, draft.audience) }),
    kept,
    tappedAt: new Date().toISOString()
  }
}

/** Returns the id under which the card's page shows it from now on. */
export async function tap(draft: Draft, kept = false): Promise<string> {
  const body = bodyOf(draft, kept)
  await sendCard(body)
  return body.id
}

function note(fault: unknown): void {
  if (fault instanceof ApiError && fault.unreachable) reached(false)
}

export async function loadCards(): Promise<void> {
  try {
    mine.cards = (await api.fetchCards()).cards
    mine.error = undefined
    mine.known = true
    reached(true)
    fresh()
  } catch (fault) {
    note(fault)
    mine.error = fault
  }
}

export async function loadCard(id: string): Promise<Card> {
  try {
    const card = await api.fetchCard(id)
    putCard(card)
    reached(true)
    fresh()
    return card
  } catch (fault) {
    note(fault)
    throw fault
  }
}

type Press = (id: string, version: number) => Promise<Card>

/** A press on a card. Stale means somebody was quicker: the card is fetched again, and the press is not repeated. */
async function press(card: Card, run: Press): Promise<Card> {
  try {
    const next = await run(card.id, card.version)
    putCard(next)
    return next
  } catch (fault) {
    note(fault)
    if (fault instanceof ApiError && fault.reason === 'stale') await loadCard(card.id)
    throw fault
  }
}

export const takeBack = (card: Card): Promise<Card> => press(card, api.withdraw)
export const sorted = (card: Card): Promise<Card> => press(card, api.close)
export const openAgain = (card: Card): Promise<Card> => press(card, api.reopen)
export const answerCheck = (card: Card, answer: api.CheckAnswer): Promise<Card> => press(card, (id, version) => api.check(id, version, answer))
