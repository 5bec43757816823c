// What POST /api/family/open answers: whose family is asked is not in it.
import type { ContactKind, Face } from '../../lib/types'

export interface Asked {
  kind: Exclude<ContactKind, 'card'>
  /** "2026-03-05", the organisation's day. */
  day: string
  with: string
  service: string
  order: 'best_first' | 'best_last'
}

export type Choice = Face | 'not_sure' | 'skip'
