import type { Person } from '../../lib/types'

export interface YoungPerson extends Person {
  /** A role: keyworker, cover, lead, safeguarding. */
  relation: string
  home?: string
  waiting: number
  joined: boolean
}

export interface JoinCode {
  words: string
  qr: string
  url: string
  expiresAt: string
}

export interface ProposedRelation {
  id: string
  subject: Person
  kind: string
  object: { id: string; name: string }
  validFrom: string
  validTo?: string
  reason: string
  grantedBy?: Person
}
