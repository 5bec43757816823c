import { ApiError } from '../../lib/http'
import { type MessageKey, t } from '../../lib/i18n.svelte'
import { staffApi } from '../../lib/staff-api'
import type { Contact } from './types'

/** A link for a family as it is shown, once. */
export interface MadeLink {
  url: string
  qr: string
  expiresAt: string
}

const fresh = 14 * 24 * 60 * 60 * 1000
const refusals: Record<string, MessageKey> = { too_many: 'family.too_many', nothing_to_ask: 'family.nothing_to_ask' }

/** The server decides; this is what is worth offering. */
export function mayLink(contact: Contact, now: number): boolean {
  return contact.kind !== 'card' && contact.outcome === 'happened' && Date.parse(contact.at) > now - fresh
}

export const makeLink = (contact: Contact) => staffApi().post<MadeLink>(`/contacts/${contact.id}/family-link`)

/** Why there is no link; undefined: nothing that this page has words of its own for. */
export function refusedLink(fault: unknown): string | undefined {
  const key = fault instanceof ApiError ? refusals[fault.reason] : undefined
  return key && t(key)
}
