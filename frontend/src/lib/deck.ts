// The deck is data (assets/deck.json); this only looks things up. An unknown key is "something else":
// an older phone shows a newer card, never a hole.
import deck from '../../../assets/deck.json'
import type { Language } from './i18n.svelte'

export type Family = 'yellow' | 'green' | 'blue' | 'coral' | 'plain' | 'berry'

export interface DeckCard {
  key: string
  kind: string
  family: string
  picture: string
  words: Record<string, string>
  long?: Record<string, string>
}

export const deckCards: DeckCard[] = deck.cards.filter((card) => card.kind === 'feeling')
export const needs: DeckCard[] = deck.needs
const all = new Map<string, DeckCard>([...deck.cards, ...deck.needs, ...deck.journey].map((card) => [card.key, card]))
const unknown = all.get('something_else') as DeckCard

export function cardOf(key: string): DeckCard {
  return all.get(key) ?? unknown
}

/** Eight words at most: what stands on the card. */
export function cardWord(card: DeckCard, language: Language): string {
  return card.words[language] ?? card.words.en ?? ''
}

/** The whole sentence, where the card's word is short for one. */
export function cardLong(card: DeckCard, language: Language): string {
  return card.long?.[language] ?? cardWord(card, language)
}

/** What a screen reader says for a card's button: the longer words, where they begin with what is to be seen. */
export function cardLabel(card: DeckCard, language: Language): string | undefined {
  const long = cardLong(card, language)
  return long.startsWith(cardWord(card, language)) ? long : undefined
}

const classes: Record<string, string> = { yellow: 'fy', green: 'fg', blue: 'fb', coral: 'fc', plain: 'fn', berry: 'fz' }

export function familyClass(card: DeckCard): string {
  return classes[card.family] ?? 'fn'
}
