// What a move's form holds, and what it asks for before it is sent: the server asks again.
import { ApiError } from '../../lib/http'
import type { Move, MoveBody } from './types'

export const needed = ['to', 'reason', 'decidedBy', 'wishes'] as const
/** What is missing, or was refused, by the field it stands at. */
export type Wrong = Partial<Record<(typeof needed)[number] | 'who' | 'day', boolean>>

export const emptyBody = (): MoveBody => ({ toServiceId: '', toName: '', fromServiceId: '', fromName: '', emergency: false, day: '', reason: '', decidedBy: '', wishes: '', timeWords: '' })

/** A move as its form shows it. */
export const bodyOf = (move: Move): MoveBody => ({
  reason: move.words?.reason ?? '', decidedBy: move.words?.decidedBy ?? '', wishes: move.words?.wishes ?? '', timeWords: move.words?.timeWords ?? '',
  toServiceId: move.to?.id ?? '', toName: move.to?.id ? '' : (move.to?.name ?? ''), fromServiceId: move.from?.id ?? '',
  fromName: move.from?.id ? '' : (move.from?.name ?? ''), emergency: move.emergency, day: move.day ?? ''
})

export function wrongIn(body: MoveBody): Wrong {
  const wrong: Wrong = {}
  if (!body.toServiceId && !body.toName?.trim()) wrong.to = true
  for (const key of ['reason', 'decidedBy', 'wishes'] as const) if (!body[key].trim()) wrong[key] = true
  return wrong
}

/** The fields the server named. */
export function refusedIn(fault: unknown): Wrong {
  if (!(fault instanceof ApiError)) return {}
  const named = fault.fields
  return { ...(named.day && { day: true }), ...((named.toServiceId || named.toName) && { to: true }), ...(named.youngPersonId && { who: true }) }
}
