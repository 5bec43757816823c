// How a card is called in lists and headings: "Quite sad", "Sit with me, no talking".
import { cardLong, cardOf, cardWord } from '../../lib/deck'
import { day, language, t, time } from '../../lib/i18n.svelte'
import type { CardBody } from '../../lib/types'

type Named = Pick<CardBody, 'card' | 'intensity'>

function inSentence(word: string): string {
  return word === word.toUpperCase() ? word : word.charAt(0).toLowerCase() + word.slice(1)
}

export function cardName({ card, intensity }: Named): string {
  const found = cardOf(card)
  if (!intensity) return cardLong(found, language())
  return t(`card.feel.${intensity}`, { word: inSentence(cardWord(found, language())) })
}

export function needName(need: string | undefined): string {
  return need ? cardLong(cardOf(need), language()) : ''
}

/** "13:10", or "21 November, 13:10": the phone's own time, so always said with "about". */
export function aboutWhen(at: string | number): string {
  return new Date(at).toDateString() === new Date().toDateString() ? time(at) : `${day(at)}, ${time(at)}`
}
