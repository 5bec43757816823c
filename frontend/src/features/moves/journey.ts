// A journey as its form holds it, and back. Pure.
import { clockOf, dateOf, momentAt } from './moment'
import type { carriers, Journey, JourneyBody, Stop, ways } from './types'

export interface JourneyDraft {
  date: string
  clock: string
  how: (typeof ways)[number] | ''
  minutes: string
  escortId: string
  with: string[]
  mayStop: boolean
  stops: { name: string; minutes: string; toilet: boolean }[]
  privacy: string
  music: string
  food: string
  carriedIn: (typeof carriers)[number] | ''
  words: string
}

const number = (minutes: number | undefined): string => (minutes ? String(minutes) : '')

export function draftOf(journey: Journey | undefined, day: string | undefined): JourneyDraft {
  const at = journey?.leavesAt
  return {
    date: at ? dateOf(at) : (day ?? ''), clock: at ? clockOf(at) : '', how: journey?.how ?? '', minutes: number(journey?.minutes),
    escortId: (journey?.escort ?? journey?.away)?.id ?? '', with: (journey?.with ?? []).map((one) => one.id),
    // A road trip has stops unless somebody says that it can't.
    mayStop: journey?.revision ? journey.mayStop : true,
    stops: (journey?.stops ?? []).map(({ name, minutes, toilet }) => ({ name, minutes: number(minutes), toilet })),
    privacy: journey?.privacy ?? '', music: journey?.music ?? '', food: journey?.food ?? '', carriedIn: journey?.carriedIn ?? '', words: journey?.words ?? ''
  }
}

export type JourneyWrong = Partial<Record<'how' | 'leaves' | 'minutes' | 'stops' | 'escort' | 'with', boolean>>

const minutesOf = (typed: string): number => (typed.trim() ? Number(typed) : 0)
const fits = (typed: string): boolean => Number.isInteger(minutesOf(typed)) && minutesOf(typed) >= 0 && minutesOf(typed) <= 48 * 60

export function wrongInJourney(draft: JourneyDraft): JourneyWrong {
  return {
    ...(!draft.how && { how: true }),
    // A day alone says nothing yet; a time of no day says less.
    ...(draft.clock && !momentAt(draft.date, draft.clock) && { leaves: true }),
    ...(!fits(draft.minutes) && { minutes: true }),
    ...(draft.stops.some((stop) => !stop.name.trim() || !fits(stop.minutes)) && { stops: true })
  }
}

export function journeyBodyOf(draft: JourneyDraft): JourneyBody {
  const stop = ({ name, minutes, toilet }: JourneyDraft['stops'][number]): Stop => ({ name: name.trim(), minutes: minutesOf(minutes), toilet })
  return {
    leavesAt: draft.clock ? momentAt(draft.date, draft.clock) : undefined, how: draft.how || undefined, minutes: minutesOf(draft.minutes),
    escortId: draft.escortId || undefined, with: draft.with, mayStop: draft.mayStop, stops: draft.stops.map(stop),
    privacy: draft.privacy.trim(), music: draft.music.trim(), food: draft.food.trim(), carriedIn: draft.carriedIn || undefined, words: draft.words.trim()
  }
}
