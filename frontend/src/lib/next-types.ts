// What a young person's phone reads of a move, and what it says about it. Times are RFC 3339 text in UTC, days 2026-11-27.
import type { Face, Person } from './types'

export type MoveChoice = '' | 'opened' | 'not_yet' | 'tell_first' | 'never'
export type ReviewDay = 1 | 7 | 28
/** "Not sure" and "skip" are answers too, and say nothing. */
export type ReviewFace = Face | 'not_sure' | 'skip'

export interface NextPlace {
  serverTime: string
  move: {
    id: string
    state: 'told' | 'moved'
    emergency: boolean
    /** Absent while nobody knows it yet. */
    day?: string
    /** What the day was before, and when that changed. */
    days: { was: string; at: string }[]
    timeWords?: string
    /** Its id draws its home. Absent where the place is not in Heard. */
    to: { id?: string; name: string; kind?: string }
    from?: { name: string }
    by: Person
    toldAt: string
    reason: string
    decidedBy: string
    wishes: string
    choice: MoveChoice
    /** Once somebody has pressed that they are there. */
    movedAt?: string
  }
  /** What is in the pack, told before anything of it is shown. */
  contents: { key: string; photos: number }[]
  hasPack: boolean
  /** Another move, told since, that is off. */
  off?: MoveOff
  /** Parts that the place has changed since. */
  later: number
  /** Files of the place that were taken away since: no phone keeps them. */
  gone?: string[]
  /** By when a question asked now is answered. */
  answerBy?: string
  asks: {
    questions: Question[]
    visits: Visit[]
    about: AboutItem[]
  }
  journey?: JourneyView
  bag: BagItem[]
  buddy?: BuddyView
  review?: Review
  /** What they told to people of whom none is there any more. */
  again?: { day: ReviewDay; readers: Person[] }
  /** When they have the time with somebody that they asked for. */
  longer?: { day: ReviewDay; at: string; words?: string; who?: Person }
  buddyWanted?: boolean
}

/** What is said of a move that is off, for two weeks. */
export interface MoveOff {
  id: string
  to: { name: string }
  at: string
  by?: Person
  words?: string
  ask: Person[]
}

export interface Question {
  id: string
  clientId?: string
  words: string
  at: string
  /** By when the place answers. */
  due: string
  answer?: { words: string; who: Person; at: string }
}

export interface Visit {
  id: string
  kind: 'visit' | 'video'
  words?: string
  at: string
  /** Who wanted it. */
  by?: 'young' | 'staff'
  state: 'asked' | 'agreed' | 'declined' | 'made' | 'gone'
  when?: string
  reply?: string
  who?: Person
}

export interface AboutItem {
  id: string
  clientId?: string
  words: string
  at: string
}

export interface Review {
  day: ReviewDay
  until: string
  /** Who reads it when the young person lets somebody. */
  readers: Person[]
}

export interface JourneyChoice {
  key: string
  wish?: string
  state?: 'asked' | 'agreed' | 'no'
  reason?: string
  by?: Person
}

export interface JourneyView {
  leavesAt?: string
  /** Absent while nobody has planned it. */
  how?: 'car' | 'taxi' | 'train' | 'bus' | 'plane' | 'walk' | 'other'
  minutes?: number
  with: Person[]
  escort?: Person
  mayStop: boolean
  stops: { name: string; minutes?: number; toilet: boolean }[]
  privacy?: string
  music?: string
  food?: string
  carriedIn?: string
  words?: string
  choices: JourneyChoice[]
}

export interface BagItem {
  /** Of a thing they named themselves: the id of what was sent. */
  id: string
  name: string
  mine: boolean
  packed: boolean
  arrived: boolean
  missing: boolean
  noBinBags?: boolean
  /** Where it was packed, and where it came. */
  photo?: string
  farPhoto?: string
}

export interface BuddyView {
  id: string
  person: Person
  state: 'asked' | 'on' | 'ended'
  day?: number
  askStill: boolean
  cards: { id: string; mine: boolean; card: string; at: string }[]
  offer: string[]
}

/** What a young person says about a move. */
export type MoveAct =
  | { do: 'question' | 'about'; words: string }
  | { do: 'visit'; kind: 'visit' | 'video'; words?: string }
  | { do: 'about_gone' | 'bag_gone'; item: string }
  | { do: 'wish'; key: string; words: string }
  | { do: 'bag'; name: string }
  | { do: 'bag_packed'; item: string; packed: boolean }
  | { do: 'buddy'; wanted: boolean }
  | { do: 'read_by'; day: ReviewDay; readers: string[] }
  | { do: 'buddy_said'; buddy: string; said: 'yes' | 'no' | 'end' | 'still' | 'enough' }
  | { do: 'hello'; buddy: string; card: string }
  | { do: 'review'; day: ReviewDay; face: ReviewFace; settled?: ReviewFace; words?: string; longer: boolean; tell: boolean; /** Whom the young person was shown when they chose to tell: nobody else reads it. */ readers?: string[] }

/** Sealed like a card, and never sent in any other way. A buddy knows no move: theirs goes by the buddy's id. */
export type MoveBody = { what: 'move'; id: string; move?: string } & MoveAct
