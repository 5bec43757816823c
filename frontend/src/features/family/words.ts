import { ApiError } from '../../lib/http'
import { type MessageKey, locale, t } from '../../lib/i18n.svelte'
import type { Face } from '../../lib/types'
import type { Asked } from './types'

const faces: Record<Face, MessageKey> = { 1: 'carer.face_1', 2: 'carer.face_2', 3: 'carer.face_3', 4: 'carer.face_4', 5: 'carer.face_5' }
const kinds: Record<Asked['kind'], MessageKey> = { meeting: 'carer.meeting', visit: 'carer.visit', session: 'carer.session', call: 'carer.call' }

export const faceWord = (face: Face): string => t(faces[face])

/** "The visit with Sam from Oak House on Wednesday 4 March" */
export function aboutWords(asked: Asked): string {
  // A day and no moment: no time zone may move it.
  const day = new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${asked.day}T12:00:00Z`))
  return t(kinds[asked.kind] ?? 'carer.meeting', { who: asked.with, service: asked.service, day })
}

/** What went wrong; `sent`: an answer was on its way, and may have arrived. */
export function faultWords(fault: unknown, sent: boolean): string {
  const unreachable = fault instanceof ApiError && fault.unreachable
  if (sent) return t(unreachable ? 'carer.fault_sent' : 'carer.fault_refused')
  return t(unreachable ? 'carer.fault_offline' : 'carer.fault')
}
