// The list of their cards, as the first screen needs it. What is done with one card stands in card-actions.
import { ApiError } from '../../lib/http'
import { fresh } from '../../lib/live.svelte'
import { reached } from '../../lib/online.svelte'
import { fetchCards } from './api'
import { mine } from './state.svelte'

export function note(fault: unknown): void {
  if (fault instanceof ApiError && fault.unreachable) reached(false)
}

export async function loadCards(): Promise<void> {
  try {
    mine.cards = (await fetchCards()).cards
    mine.error = undefined
    mine.known = true
    reached(true)
    fresh()
  } catch (fault) {
    note(fault)
    mine.error = fault
  }
}
