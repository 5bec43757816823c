import type { Card, CardEvent, CardKind, Intensity, Level, Next, Person, Promised, ServerState } from '../../lib/types'

export interface InboxItem {
  id: string
  card: string
  kind: CardKind
  intensity?: Intensity
  need?: string
  youngPerson: Person
  home?: string
  state: ServerState
  version: number
  receivedAt: string
  who?: Person
  by?: string
  at?: string
  promise?: Promised
  /** How far it has gone: cover, the team and the leads are told one after the other. */
  level?: Level
  /** Who was told when the one before did not come. */
  told?: Person
  next?: Next
  handedToMe: boolean
  /** Taken back, but an adult still looks in: "I don't feel safe" and "sit with me". */
  withdrawnCheck: boolean
}

export interface InboxAnswer {
  serverTime: string
  waiting: InboxItem[]
  coming: InboxItem[]
  check: InboxItem[]
}

/** What this worker may open of one young person; newest first. */
export interface CardsOf {
  youngPerson: Person
  /** When the broken glass closes again. */
  until?: string
  cards: InboxItem[]
}

export const groups = ['waiting', 'coming', 'check'] as const
export type Group = (typeof groups)[number]
export type Groups = Record<Group, InboxItem[]>

export type StaffAction = 'seen' | 'answer' | 'here' | 'met' | 'close' | 'checked_on'

export interface StaffEvent extends CardEvent {
  /** Whom it was handed to. */
  to?: Person
}

export interface StaffCard extends Omit<Card, 'can' | 'events'> {
  events: StaffEvent[]
  youngPerson: Person
  home?: string
  can: StaffAction[]
  colleagues: Person[]
  withdrawnCheck?: boolean
}

export type AnswerKind = 'on_my_way' | 'coming_at' | 'sit_with_you' | 'talk_after' | 'hand_over' | 'own_words'

export interface AnswerBody {
  kind: AnswerKind
  at?: string
  to?: string
  words?: string
}
