// Kept apart so that the database, the outbox and the service worker share it without a circle.
import type { CardBody, ToldBody } from './types'

export const outboxVersion = 2

/** The body of POST /api/sealed. Bytes are base64url without padding. */
export interface SealedCard {
  v: 1
  id: string
  ticket: string
  /** Which of the server's keys it is sealed to. */
  key: string
  epk: string
  iv: string
  sealed: string
}

interface Waiting {
  /** What it is, for the words about it. Absent from a card. */
  what?: ToldBody['what']
  /** UUIDv7 made on the phone: the same at every try, so the server can tell a repeat. */
  id: string
  /** A random mark of whoever tapped, made on this device. It leads to no account. */
  person?: string
  createdAt: number
  attempts: number
  /** Not before this moment (ms). */
  nextAt: number
  status: 'waiting' | 'refused'
  /** Why the server refused it: a code, or a code of a field. Never words of the card. */
  reason?: string
  /** It waits for nothing that was said before it, and nothing said after waits for it. */
  alone?: boolean
}

/** What waits on this phone: nobody who holds the phone can read it. */
export interface SealedItem extends Waiting {
  v: 2
  sealed: SealedCard
}

/**
 * An open card: written by the first version, and by this one only when there is neither a ticket to seal it
 * with nor a server to take it. Losing it would be worse than keeping it readable until it is sent.
 */
export interface OpenItem extends Waiting {
  v: number
  body: CardBody
  /** The account that tapped. Never sent under another one. Empty when the phone did not know it: then `person` decides. */
  sentAs: string
}

/** An answer without a ticket yet. It is never written down readable: until it is sealed it lives in the page alone. */
export interface ToldItem extends Waiting {
  v: number
  body: ToldBody
  sentAs: string
}

export type OutboxItem = SealedItem | OpenItem | ToldItem

export function isSealed(item: OutboxItem): item is SealedItem {
  return 'sealed' in item
}

export function isTold(body: CardBody | ToldBody): body is ToldBody {
  return 'what' in body
}

/** What an item says of what was told: what it is, and whether it goes by itself. A no to a buddy ends it whenever it comes. */
export function marks(body: ToldBody): Pick<ToldItem, 'what' | 'alone'> {
  return { what: body.what, ...('said' in body && /^(no|end)$/.test(body.said) && { alone: true }) }
}
