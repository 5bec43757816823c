// What a young person does with a card that Heard has.
import { ApiError } from '../../lib/http'
import { fresh } from '../../lib/live.svelte'
import { reached } from '../../lib/online.svelte'
import type { Card } from '../../lib/types'
import { note } from './actions'
import * as api from './card-api'
import { putCard } from './card-state'

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
