// Words of the table, in the language that is chosen.
import { childline, spoken } from './help'
import { moment, t } from './i18n.svelte'
import { session } from './session.svelte'
import { type StateWords, type WordsContext, eventWords, stateWords } from './state-words'
import type { Card, CardEvent, Status } from './types'

/** The number that "You can call …" names: the organisation's own, or Childline. */
export function callLine(): string {
  const duty = session.value?.organisation?.dutyPhone
  // A number is never broken at the end of a line.
  return duty ? spoken(duty).replaceAll(' ', '\u00a0') : t('call.childline', { number: childline.replaceAll(' ', '\u00a0') })
}

export interface Said {
  tone: StateWords['tone']
  words: string
  next?: string
}

export function say(status: Status, more: Pick<WordsContext, 'checked' | 'closedBy' | 'closer'> = {}): Said {
  const { tone, say: words, next } = stateWords(status, { call: callLine(), time: (at) => moment(at), ...more })
  return { tone, words: t(words.key, words.params), next: next && t(next.key, next.params) }
}

/** "I don't feel safe" and "sit with me": an adult still checks after taking back. */
export function stillChecked(card: Pick<Card, 'kind' | 'need' | 'card'>): boolean {
  return card.kind === 'not_safe' || card.need === 'sit_with_me' || card.card === 'sit_with_me'
}

export function sayCard(card: Card): Said {
  const closed = card.events.findLast((event) => event.kind === 'closed')
  const mine = session.value?.account?.id
  const closedBy = closed?.who && closed.who.id !== mine ? closed.who.name : undefined
  return say(card, { checked: stillChecked(card), closedBy })
}

export function sayEvent(event: CardEvent): string {
  const words = eventWords(event, { time: (at) => moment(at) }, session.value?.account?.id)
  return t(words.key, words.params)
}
