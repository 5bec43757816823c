// What GET /moves and GET /moves/{id} answer. What this worker may not read is absent; what they may press stands in `may`.
import type { Face, Person } from '../../lib/types'

export const missings = ['pack', 'pack_old', 'told', 'opened', 'visit', 'question', 'choices', 'journey', 'escort', 'bag', 'buddy', 'arrived', 'written', 'review', 'longer'] as const
export interface Missing {
  what: (typeof missings)[number]
  due?: string
  overdue: boolean
}

export type MoveState = 'preparing' | 'told' | 'moved' | 'ended'
/** How this worker stands to the move: with the young person, at the place, where they leave, or on the way. */
export type Side = 'theirs' | 'shift' | 'place' | 'left' | 'escort'
export type May = 'words' | 'tell' | 'show' | 'arrived' | 'amend' | 'end' | 'answer' | 'visits' | 'journey' | 'choices' | 'bag' | 'invite' | 'agree' | 'end_buddy' | 'reviews'

export interface Place {
  /** Absent where the place is none of ours. */
  id?: string
  name: string
}

export interface BoardMove {
  id: string
  youngPerson: Person
  /** Whoever looks after them where they leave is not told where they go. */
  to?: Place
  from?: Place
  day?: string
  emergency: boolean
  state: MoveState
  side: Side
  missing: Missing[]
}

export interface Board {
  moves: BoardMove[]
  /** For whom this worker may begin one. */
  mayMake: Person[]
  places: (Place & { id: string; kind: string })[]
  serverTime: string
}

export interface MoveWords {
  reason: string
  decidedBy: string
  wishes: string
  timeWords?: string
  /** Why they aren't going there after all. */
  endReason?: string
  /** What the young person reads of that. */
  endForThem?: string
}

/** What PUT /moves/{id} takes besides its base: all that is written about a move. */
export interface MoveBody extends Omit<MoveWords, 'endReason' | 'endForThem'> {
  toServiceId?: string
  toName?: string
  fromServiceId?: string
  fromName?: string
  emergency: boolean
  day?: string
}

export interface Question {
  id: string
  words: string
  at: string
  due: string
  answer?: { words: string; who: Person; at: string }
}

export const visitStates = ['asked', 'agreed', 'declined', 'made', 'gone'] as const
export interface Visit {
  id: string
  kind: 'visit' | 'video'
  words?: string
  at: string
  by?: 'young' | 'staff'
  state: (typeof visitStates)[number]
  when?: string
  reply?: string
  who?: Person
  /** When they replied. */
  settledAt?: string
}

export interface About {
  id: string
  words: string
  at: string
}

export const ways = ['car', 'taxi', 'train', 'bus', 'plane', 'walk', 'other'] as const
/** What their things can go in: a bin bag is not among them. */
export const carriers = ['case', 'rucksack', 'box', 'bag'] as const
export const choiceKeys = ['with', 'time', 'seat', 'stops', 'music', 'food', 'bag', 'goodbye'] as const

export interface Stop {
  name: string
  /** After setting off. */
  minutes?: number
  toilet: boolean
}

export interface Choice {
  key: (typeof choiceKeys)[number]
  wish?: string
  state?: 'asked' | 'agreed' | 'no'
  reason?: string
  by?: Person
  askedAt: string
}

export interface JourneyWords {
  leavesAt?: string
  /** Absent: nothing is planned yet, and there are wishes only. */
  how?: (typeof ways)[number]
  minutes?: number
  mayStop: boolean
  stops: Stop[]
  privacy?: string
  music?: string
  food?: string
  carriedIn?: (typeof carriers)[number]
  words?: string
}

export interface Journey extends JourneyWords {
  /** 0: nothing is planned yet. */
  revision: number
  with: Person[]
  escort?: Person
  /** Who is to go along, while no card would reach them. Only for whoever plans. */
  away?: Person
  choices: Choice[]
}

export interface JourneyBody extends JourneyWords {
  with: string[]
  escortId?: string
}

export interface BagItem {
  id: string
  name: string
  mine: boolean
  packed: boolean
  arrived: boolean
  missing: boolean
  noBinBags: boolean
  photo?: string
  /** Where it came. */
  farPhoto?: string
}

export interface Buddy {
  id: string
  person: Person
  state: 'invited' | 'agreed' | 'side_agreed' | 'on' | 'ended'
  day?: number
  /** What was said on day 7. */
  still?: 'still' | 'enough'
  cards: { id: string; from: Person; card: string; at: string }[]
}

export interface Review {
  day: 1 | 7 | 28
  at: string
  face: Face | 'not_sure' | 'skip'
  settled?: Face | 'not_sure' | 'skip'
  words?: string
  /** They want more time with somebody. */
  longer: boolean
  /** When they have it. */
  longerAnswer?: { at: string; words?: string; who?: Person }
  readAt?: string
}

export interface Move {
  serverTime: string
  id: string
  revision: number
  side: Side
  /** All that the viewer is to it, the nearest first. */
  sides: Side[]
  may: May[]
  state: MoveState
  youngPerson: Person
  from?: Place
  to?: Place
  emergency: boolean
  day?: string
  /** Days it was to be before, oldest first; empty: it was not known. */
  days: { was: string; at: string }[]
  madeAt?: string
  madeBy?: Person
  toldAt?: string
  toldBy?: Person
  choice?: '' | 'opened' | 'not_yet' | 'tell_first' | 'never'
  openedAt?: string
  movedAt?: string
  endedAt?: string
  missing: Missing[]
  words?: MoveWords
  /** The newest that is published, and the one that was frozen when it was shown. `old`: more than a year. */
  pack?: { published?: { number: number; at: string; old?: boolean }; shown?: { number: number; at: string } }
  asks?: { questions: Question[]; visits: Visit[]; about: About[] }
  journey?: Journey
  /** Of the young person's own people, whom a card would reach: who may go along. Only for whoever plans. */
  escorts?: Person[]
  bag?: BagItem[]
  buddyWanted?: boolean
  buddy?: Buddy
  reviews?: Review[]
}
