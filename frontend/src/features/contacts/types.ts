// What GET /contacts and GET /told answer, and what this page records.
import type { ContactKind, Face, Person } from '../../lib/types'

export type Outcome = 'happened' | 'cancelled_by_service' | 'cancelled_by_young_person' | 'cancelled_by_family' | 'missed'

/** A card's contact makes itself: nobody records it. */
export type RecordedKind = Exclude<ContactKind, 'card'>

export interface Contact {
  id: string
  youngPerson: Person
  kind: ContactKind
  at: string
  outcome: Outcome
}

/** Recorded here, and not yet with the server. The id is made here and the same at every try. */
export interface Draft extends Contact {
  kind: RecordedKind
  /** Who recorded it: nobody else signed in here may send it. */
  by: string
  /** held: it can still be undone. */
  status: 'held' | 'sending' | 'failed'
  fault?: unknown
}

export interface MyPerson extends Person {
  relation: string
  home?: string
}

/** What a young person chose to tell this worker. */
export interface Told {
  id: string
  youngPerson: Person
  at: string
  contact?: { kind: ContactKind; at: string }
  listened: Face | 'not_sure'
  serious?: Face
  say?: Face
  words?: string
  voice?: { seconds: number }
}
