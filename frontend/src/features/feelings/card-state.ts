import type { Card } from '../../lib/types'
import { mine } from './state.svelte'

export function putCard(card: Card): void {
  const at = mine.cards.findIndex((one) => one.id === card.id)
  if (at >= 0) mine.cards[at] = card
  else mine.cards = [card, ...mine.cards]
}
