// One part a page, in the order somebody who comes to live there wants to know it.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { View } from '../../ui/pack/pack'
import { viewOf } from '../../ui/pack/pack'
import { type Pack, type PartKey, partKeys } from '../../ui/pack/types'
import type { Finding, What } from './types'

export const steps = ['basics', 'welcome', 'bedroom', 'yours', 'walk', 'home', 'people', 'day', 'food', 'wifi', 'agreements', 'around', 'contact', 'guide', 'advocacy', 'check'] as const
export type Step = (typeof steps)[number]

export const isStep = (text: string | null): text is Step => (steps as readonly string[]).includes(text ?? '')
export const isPart = (step: string): step is PartKey => (partKeys as readonly string[]).includes(step)

export const stepTitle: Record<Step, MessageKey> = {
  basics: 'places.step.basics',
  welcome: 'places.step.welcome',
  bedroom: 'places.step.bedroom',
  yours: 'places.step.yours',
  walk: 'places.step.walk',
  home: 'places.step.home',
  people: 'places.step.people',
  day: 'places.step.day',
  food: 'places.step.food',
  wifi: 'places.step.wifi',
  agreements: 'places.step.agreements',
  around: 'places.step.around',
  contact: 'places.step.contact',
  guide: 'places.step.guide',
  advocacy: 'places.step.advocacy',
  check: 'places.step.check'
}

/** What to write about: questions that a young person would ask. */
export const stepAsks: Record<Exclude<Step, 'check' | 'basics'>, MessageKey> = {
  welcome: 'places.ask.welcome',
  bedroom: 'places.ask.bedroom',
  yours: 'places.ask.yours',
  walk: 'places.ask.walk',
  home: 'places.ask.home',
  people: 'places.ask.people',
  day: 'places.ask.day',
  food: 'places.ask.food',
  wifi: 'places.ask.wifi',
  agreements: 'places.ask.agreements',
  around: 'places.ask.around',
  contact: 'places.ask.contact',
  guide: 'places.ask.guide',
  advocacy: 'places.ask.advocacy'
}

export const whatWords: Record<What, MessageKey> = {
  no_bedroom_photo: 'places.what.no_bedroom_photo',
  no_description: 'places.what.no_description',
  no_welcome: 'places.what.no_welcome',
  no_contact: 'places.what.no_contact',
  no_guide: 'places.what.no_guide',
  voice_no_words: 'places.what.voice_no_words',
  postcode: 'places.what.postcode',
  street: 'places.what.street',
  plate: 'places.what.plate'
}

/** The page of the editor where a finding can be mended. */
export const stepOf = (finding: Finding): Step => finding.part ?? 'basics'

/** The page of the pack that a page of the editor writes; none where the tiles are the picture. */
export function viewFor(step: Step): View | undefined {
  if (step === 'basics' || step === 'check') return undefined
  if (step === 'walk' || step === 'people') return step
  return viewOf(step)
}

export function written(pack: Pack, step: Step): boolean {
  if (step === 'basics') return pack.called.trim() !== '' && pack.area.trim() !== ''
  if (step === 'check') return false
  if (step === 'walk' || step === 'people') return pack[step].length > 0
  const part = pack.parts.find((one) => one.key === step)
  return part !== undefined && (part.words.trim() !== '' || part.photos.length > 0 || (part.rules?.length ?? 0) > 0 || part.voice !== undefined || (step === 'guide' && pack.guideFile !== undefined))
}
