// The young person's cards as this page knows them. Nothing of it is written to the device.
import { onForget } from '../../lib/forget'
import type { Card, TrustedPerson } from '../../lib/types'

export const mine = $state<{ cards: Card[]; known: boolean; error: unknown }>({ cards: [], known: false, error: undefined })

export function putCard(card: Card): void {
  const at = mine.cards.findIndex((one) => one.id === card.id)
  if (at >= 0) mine.cards[at] = card
  else mine.cards = [card, ...mine.cards]
}

export function forgetCards(): void {
  mine.cards = []
  mine.known = false
  mine.error = undefined
}

onForget(forgetCards)

/** Still going on: someone may yet look, come or ask. */
export function isOpen(card: Card): boolean {
  return !card.kept && card.state !== 'closed' && card.state !== 'withdrawn'
}

/** Who gets a card when nothing was changed. Without a default, every member of staff. */
export function defaultAudience(list: TrustedPerson[]): string[] {
  const chosen = list.filter((one) => one.default)
  const staff = chosen.some((one) => one.staff) ? [] : list.filter((one) => one.staff)
  return [...new Set([...chosen, ...staff].map((one) => one.id))]
}

/** Switching one adult. The last member of staff can't be switched off: someone must be able to answer. */
export function toggleAudience(list: TrustedPerson[], audience: string[], id: string): string[] {
  if (!audience.includes(id)) return [...audience, id]
  const left = audience.filter((one) => one !== id)
  return list.some((one) => one.staff && left.includes(one.id)) ? left : audience
}

/** The adults a card is to pass by: those who would get it by themselves, and were switched off. */
export function switchedOff(list: TrustedPerson[], audience: string[]): string[] {
  return list.filter((one) => (one.default || one.role === 'safeguarding') && !audience.includes(one.id)).map((one) => one.id)
}
