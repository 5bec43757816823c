// How a card is told to a worker: who, and what. Pure: keys out, words from the catalogue.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { Params } from '../../lib/message'
import type { CardKind, Intensity } from '../../lib/types'

export interface Told {
  key: MessageKey
  params: Params
}

interface Tellable {
  card: string
  kind: CardKind
  intensity?: Intensity
  need?: string
  youngPerson: { name: string }
}

const feelings = [
  'excited', 'happy', 'proud', 'calm', 'safe', 'ok', 'sad', 'lonely', 'tired', 'bored', 'homesick', 'numb', 'angry', 'scared',
  'worried', 'ashamed', 'overwhelmed', 'hurt'
] as const
const needs = ['sit_with_me', 'talk', 'give_space', 'quiet', 'go_outside', 'food_drink', 'hug', 'call_someone', 'calm_down', 'just_know', 'need_stop'] as const
const intensities = ['little', 'quite', 'very'] as const

function known<T extends string>(list: readonly T[], value: string | undefined): T | undefined {
  return list.find((one) => one === value)
}

/** `word` turns the feeling's key into its word in a sentence: the caller has the catalogue. */
export function headline(card: Tellable, word: (key: MessageKey) => string): Told {
  const { name } = card.youngPerson
  if (card.kind === 'not_safe') return { key: 'feels.not_safe', params: { name } }
  if (card.kind === 'need') {
    const need = known(needs, card.card) ?? known(needs, card.need)
    return { key: need ? `wants.${need}` : 'wants.other', params: { name } }
  }
  if (card.card === 'dont_know') return { key: 'feels.dont_know', params: { name } }
  const feeling = known(feelings, card.card)
  // A newer phone may send a card this build has not heard of: say that it is something, never guess what.
  if (!feeling) return { key: 'feels.something_else', params: { name } }
  return { key: `feels.${known(intensities, card.intensity) ?? 'plain'}`, params: { name, word: word(`word.${feeling}`) } }
}

/** The need as a second line; undefined when the headline already says it. */
export function needLine(card: Tellable): MessageKey | undefined {
  if (card.kind === 'need') return undefined
  const need = known(needs, card.need)
  return need && `need.${need}`
}
