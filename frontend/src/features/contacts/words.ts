import { ApiError } from '../../lib/http'
import { type MessageKey, day, t, time } from '../../lib/i18n.svelte'
import { serverNow } from '../../lib/clock.svelte'
import type { ContactKind, Face } from '../../lib/types'
import type { IconName } from '../../ui/icon-names'
import type { Contact, Outcome, RecordedKind } from './types'

const kinds: Record<ContactKind, MessageKey> = { meeting: 'contacts.with.meeting', visit: 'contacts.with.visit', session: 'contacts.with.session', call: 'contacts.with.call', card: 'contacts.with.card' }
const icons: Record<ContactKind, IconName> = { meeting: 'messages-square', visit: 'house', session: 'calendar-days', call: 'phone', card: 'heart-handshake' }
const faces: Record<Face, MessageKey> = { 1: 'told.face.1', 2: 'told.face.2', 3: 'told.face.3', 4: 'told.face.4', 5: 'told.face.5' }
const refusals: Record<string, MessageKey> = { future: 'contacts.refused.future', too_old: 'contacts.refused.too_old', another: 'contacts.refused.another' }

export const recordedKinds = ['meeting', 'visit', 'session', 'call'] as const satisfies readonly RecordedKind[]
export const outcomes = ['happened', 'cancelled_by_service', 'cancelled_by_young_person', 'cancelled_by_family', 'missed'] as const satisfies readonly Outcome[]

export const kindIcon = (kind: ContactKind): IconName => icons[kind] ?? 'users'
export const kindWord = (kind: RecordedKind): string => t(`contacts.kind.${kind}`)
export const outcomeWord = (outcome: Outcome): string => t(`contacts.outcome.${outcome}`)
export const faceWord = (face: Face): string => t(faces[face])

/** "Visit with Leo" */
export function contactWords(contact: Pick<Contact, 'kind' | 'youngPerson'>): string {
  return t(kinds[contact.kind] ?? 'contacts.with.meeting', { name: contact.youngPerson.name })
}

/** "today, 15:20" */
export const when = (at: string): string => t('contacts.when', { day: day(at, serverNow()), time: time(at) })

const minute = 60_000

/** "Recorded: visit with Leo, just now" */
export function recordedWords(contact: Contact): string {
  const fresh = serverNow() - Date.parse(contact.at) < minute
  return t('contacts.recorded', { what: contactWords(contact), when: fresh ? t('contacts.justNow') : when(contact.at) })
}

/** Why something was not recorded. */
export function refusedWords(fault: unknown, name: string): string {
  if (!(fault instanceof ApiError)) return t('error.internal')
  if (fault.code === 'not_found') return t('contacts.refused.gone', { name })
  return t(refusals[fault.reason] ?? (`error.${fault.code}` as MessageKey)) || t('error.internal')
}
