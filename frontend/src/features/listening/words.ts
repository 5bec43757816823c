// Everything said about answers. The words for the states of a card are never used here: an answer waits for nobody.
import { type MessageKey, day, locale, t, time } from '../../lib/i18n.svelte'
import type { OutboxItem } from '../../lib/outbox-types'
import type { ContactKind, Face, ListenedBody, ToldReceipt } from '../../lib/types'
import type { Contact } from './types'

const faces: Record<Face, MessageKey> = { 1: 'listened.face_1', 2: 'listened.face_2', 3: 'listened.face_3', 4: 'listened.face_4', 5: 'listened.face_5' }
const kinds: Record<ContactKind, MessageKey> = { meeting: 'listened.meeting', visit: 'listened.visit', session: 'listened.session', call: 'listened.call', card: 'listened.card' }

const scores: Record<Face, MessageKey> = { 1: 'feedback.score_1', 2: 'feedback.score_2', 3: 'feedback.score_3', 4: 'feedback.score_4', 5: 'feedback.score_5' }

export const faceWord = (face: Face): string => t(faces[face])

/** In the words of the questionnaire, which has a scale of its own. */
export const scoreWord = (score: Face): string => t(scores[score])

/** "today, 15:20" */
export const when = (at: string | number): string => t('listened.when', { day: day(at), time: time(at) })

export function contactWords(contact: Contact): string {
  return t(kinds[contact.kind] ?? 'listened.meeting', { who: contact.with.name, when: when(contact.at) })
}

/** "How was it with Sam today?" */
export function askWords(contact: Contact, now: number = Date.now()): string {
  const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(now) - midnight(Date.parse(contact.at))) / 86_400_000)
  const who = contact.with.name
  if (days <= 0) return t('listened.ask_today', { who })
  return days === 1 ? t('listened.ask_yesterday', { who }) : t('listened.ask_on', { who, day: day(contact.at) })
}

/** "November 2026", "October – December 2026"; what is no period of ours is said as it came. */
export function periodWords(period: string): string {
  const found = /^(\d{4})-(?:Q([1-4])|(\d\d))$/.exec(period)
  if (!found) return period
  const [, year, quarter, month] = found
  const format = new Intl.DateTimeFormat(locale(), { month: 'long', year: 'numeric' })
  const first = quarter ? (Number(quarter) - 1) * 3 : Number(month) - 1
  const start = new Date(Number(year), first, 1)
  return quarter ? format.formatRange(start, new Date(Number(year), first + 2, 1)) : format.format(start)
}

const refusals: Record<string, MessageKey> = { exported: 'feedback.refused_exported', feedback_off: 'feedback.refused_off' }

export interface Said {
  words: string
  next?: string
  fault?: boolean
}

/** What is true of something that waits on this phone. */
export function sayWaiting(item: Pick<OutboxItem, 'what' | 'status' | 'reason'>, unsaved: boolean): Said {
  if (item.status === 'refused') {
    if (item.what === 'session_feedback') return { words: t('feedback.refused'), next: t(refusals[item.reason ?? ''] ?? 'feedback.refused_other'), fault: true }
    return item.what === 'contact' ? { words: t('answer.refused_contact'), fault: true } : { words: t('answer.refused'), next: t('answer.refused_next'), fault: true }
  }
  return unsaved ? { words: t('answer.not_saved'), fault: true } : { words: t('answer.on_phone'), next: t('answer.on_phone_next') }
}

/** What is true once Heard has it. Only the server's own receipt says so. */
export function sayReceived(body: ListenedBody, receipt: ToldReceipt, who: string): Said {
  if (body.what === 'contact') return { words: t('answer.received_contact') }
  if (body.what === 'session_feedback') return { words: t('feedback.received'), next: t('feedback.received_next', { service: who }) }
  if (body.listened === 'not_sure') return { words: t('listened.not_sure_kept') }
  const period = receipt.countsIn && periodWords(receipt.countsIn)
  const next = period ? t(receipt.told ? 'answer.counts_told' : 'answer.counts', { period, who }) : undefined
  return { words: t('answer.received'), next }
}
