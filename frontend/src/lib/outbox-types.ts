// Kept apart so that the database, the outbox and the service worker share it without a circle.
import type { CardBody } from './types'

export const outboxVersion = 1

export interface OutboxItem {
  /** Version of this record. Later builds read older ones; see upgrade() in outbox.ts. */
  v: number
  /** UUIDv7 made on the phone: the same at every try, so the server can tell a repeat. */
  id: string
  body: CardBody
  /** The account that tapped. Never sent under another one. */
  sentAs: string
  createdAt: number
  attempts: number
  /** Not before this moment (ms). */
  nextAt: number
  status: 'waiting' | 'refused'
  /** Why the server refused it: a code, or a code of a field. Never words of the card. */
  reason?: string
}
