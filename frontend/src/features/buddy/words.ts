// The cards two buddies have, by their keys: the server's list says which of them can be sent.
import { type MessageKey, t } from '../../lib/i18n.svelte'
import type { Saved } from '../../lib/outbox'
import type { IconName } from '../../ui/icon-names'

export interface Hello {
  icon: IconName
  /** The colour of the plate, as the cards of the deck have one. */
  family: 'fy' | 'fg' | 'fb' | 'fc' | 'fn'
  words: MessageKey
}

const hellos: Record<string, Hello> = {
  hello: { icon: 'hand', family: 'fy', words: 'hello.hello' },
  welcome: { icon: 'door-open', family: 'fg', words: 'hello.welcome' },
  how_are_you: { icon: 'circle-help', family: 'fb', words: 'hello.how_are_you' },
  good_day: { icon: 'sun', family: 'fy', words: 'hello.good_day' },
  hard_day: { icon: 'trending-down', family: 'fb', words: 'hello.hard_day' },
  gets_easier: { icon: 'trending-up', family: 'fg', words: 'hello.gets_easier' },
  ask_me: { icon: 'messages-square', family: 'fn', words: 'hello.ask_me' },
  sit_together: { icon: 'users', family: 'fg', words: 'hello.sit_together' },
  show_you_round: { icon: 'footprints', family: 'fn', words: 'hello.show_you_round' },
  food_is_good: { icon: 'utensils', family: 'fy', words: 'hello.food_is_good' },
  thank_you: { icon: 'heart-handshake', family: 'fc', words: 'hello.thank_you' },
  good_night: { icon: 'moon', family: 'fb', words: 'hello.good_night' },
  need_time: { icon: 'timer', family: 'fn', words: 'hello.need_time' },
  see_you: { icon: 'handshake', family: 'fg', words: 'hello.see_you' }
}

/** A card by its key. One that only a later server knows is shown without words rather than wrongly. */
export const helloOf = (key: string): Hello | undefined => hellos[key]

/** Those of the server's list that this page has words for. */
export const offered = (offer: string[]): { key: string; hello: Hello }[] => offer.flatMap((key) => (hellos[key] ? [{ key, hello: hellos[key] }] : []))

export const known: readonly string[] = Object.keys(hellos)

const saveds: Record<Saved, MessageKey> = { sent: 'answer.received_contact', on_phone: 'answer.on_phone', not_saved: 'answer.not_saved' }

/** What is true of something a moment after it was said. */
export const savedWords = (saved: Saved): string => t(saveds[saved])
