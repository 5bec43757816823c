// What GET /listened and GET /you-said answer.
import type { AnswerBody, ContactKind, Face, Person, VoiceBody } from '../../lib/types'

/** Which face comes first: drawn once for each young person, so that an effect of the order can be checked. */
export type Order = 'best_first' | 'best_last'

/** What somebody said, as it is sent, and how long it is. */
export interface Spoken extends VoiceBody {
  seconds: number
}

export interface Contact {
  id: string
  kind: ContactKind
  at: string
  with: Person
}

/** Heard's own question after a contact. There is one at most, and it is never repeated. */
export interface Ask {
  id: string
  contact: Contact
  expiresAt: string
}

export interface OwnAnswer {
  id: string
  at: string
  contact?: Contact
  with?: Person
  listened: Exclude<AnswerBody['listened'], 'skip'>
  serious?: Face
  say?: Face
  words?: string
  voice?: { seconds: number }
  told?: Person
}

export interface ListenedAnswer {
  order: Order
  ask?: Ask
  contacts: Contact[]
  mine: OwnAnswer[]
}

/** One published period of one unit. Without `tenths` it is hidden: too few answered. */
export interface SaidItem {
  period: string
  label: string
  unit: string
  /** Several services that are too small alone: the unit's name is then said in the reader's language. */
  pool: boolean
  tenths?: number
  hidden: boolean
  did?: string
}
