// The young person's cards as this page knows them. Nothing of it is written to the device.
import { onForget } from '../../lib/forget'
import type { Card, TrustedPerson } from '../../lib/types'

export const mine = $state<{ cards: Card[]; known: boolean; error: unknown }>({ cards: [], known: false, error: undefined })

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
