// What the routes of places answer.
import type { Person } from '../../lib/types'
import type { Pack, PartKey } from '../../ui/pack/types'

/** write: they work for the place. confirm: they look after it, and may be the second person to look. */
export type Right = 'write' | 'confirm'

export interface Ready {
  by: Person
  at: string
}

export interface Version {
  number: number
  at: string
  /** More than a year old. */
  old?: boolean
}

export interface Service {
  id?: string
  name: string
  kind?: string
}

export interface OurPlace {
  service: Service
  may: Right
  revision?: number
  ready?: Ready
  version?: Version
  /** How many things stand in the way of publishing. */
  findings: number
}

export type What = 'no_bedroom_photo' | 'no_description' | 'no_welcome' | 'no_contact' | 'no_guide' | 'voice_no_words' | 'postcode' | 'street' | 'plate'

export interface Finding {
  /** A part's key, walk or people; without it, the name or the town. */
  part?: PartKey | 'walk' | 'people'
  what: What
  /** The words that look like it. */
  said?: string
  /** The photo. */
  shot?: string
  blocks: boolean
}

export interface Draft {
  service: Service
  may: Right
  /** 0: nobody has written any of it. */
  revision: number
  changedBy?: Person
  changedAt?: string
  pack: Pack
  ready?: Ready
  /** Why the second person gave it back. */
  back?: string
  findings: Finding[]
  version?: Version
}

/** What the second person has looked at. */
export interface Checked {
  street: boolean
  plates: boolean
  people: boolean
  descriptions: boolean
}

/** A published pack as somebody was shown it. */
export interface Shown {
  pack: Pack
  /** Heard's address as a picture. */
  qr?: string
}
