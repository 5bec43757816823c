// What stands for a way, a wish and its state. Each key stands here whole, so that a test finds it.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { JourneyView } from '../../lib/next-types'
import type { IconName } from '../../ui/icon-names'
import type { ShownWish, Wish } from './way'

interface Way {
  icon: IconName
  words: MessageKey
}

const hows: Record<NonNullable<JourneyView['how']>, Way> = {
  car: { icon: 'car', words: 'way.how.car' },
  taxi: { icon: 'car', words: 'way.how.taxi' },
  train: { icon: 'train-front', words: 'way.how.train' },
  bus: { icon: 'bus', words: 'way.how.bus' },
  plane: { icon: 'plane', words: 'way.how.plane' },
  walk: { icon: 'footprints', words: 'way.how.walk' },
  other: { icon: 'route', words: 'way.how.other' }
}

/** A way that a newer server knows is "on the way". */
export const howOf = (how: JourneyView['how']): Way => hows[how ?? 'other'] ?? hows.other

const carriers: Record<string, MessageKey> = { case: 'way.carried.case', rucksack: 'way.carried.rucksack', box: 'way.carried.box', bag: 'way.carried.bag' }

export const carrierOf = (carriedIn: string | undefined): MessageKey | undefined => carriers[carriedIn ?? '']

export const wishWords: Record<Wish, { name: MessageKey; ask: MessageKey }> = {
  with: { name: 'way.wish.with', ask: 'way.ask.with' },
  time: { name: 'way.wish.time', ask: 'way.ask.time' },
  seat: { name: 'way.wish.seat', ask: 'way.ask.seat' },
  stops: { name: 'way.wish.stops', ask: 'way.ask.stops' },
  music: { name: 'way.wish.music', ask: 'way.ask.music' },
  food: { name: 'way.wish.food', ask: 'way.ask.food' },
  bag: { name: 'way.wish.bag', ask: 'way.ask.bag' },
  goodbye: { name: 'way.wish.goodbye', ask: 'way.ask.goodbye' }
}

export const stateOf: Record<NonNullable<ShownWish['state']>, Way> = {
  here: { icon: 'lock', words: 'way.state.here' },
  asked: { icon: 'clock', words: 'way.state.asked' },
  agreed: { icon: 'circle-check', words: 'way.state.agreed' },
  no: { icon: 'message-circle', words: 'way.state.no' }
}
