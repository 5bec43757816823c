// How a move is said to staff. Days are the organisation's own ("2026-11-27"), moments are this device's.
import { serverNow } from '../../lib/clock.svelte'
import { ApiError } from '../../lib/http'
import { type MessageKey, day, locale, t, time } from '../../lib/i18n.svelte'
import { dateOf } from './moment'
import { daysUntil } from './state.svelte'
import type { BoardMove, Missing, Move, Place, Review } from './types'

/** "Friday 27 November", with its year when that is not this one. */
export function dayWords(date: string, now: number = serverNow()): string {
  const year = date.slice(0, 4) === String(new Date(now).getFullYear()) ? undefined : ('numeric' as const)
  return new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year }).format(new Date(`${date}T12:00:00Z`))
}

/** "today, 16:02" or "14 November, 16:02" */
export const when = (at: string): string => t('moves.when', { day: day(at, serverNow()), time: time(at) })

/** What is still to come says its weekday: "Sunday 29 November, 14:00". */
export const ahead = (at: string): string => t('moves.when', { day: dayWords(dateOf(at)), time: time(at) })

export function wayWords({ from, to }: { from?: Place; to?: Place }): string {
  if (!to) return from ? t('moves.from', { from: from.name }) : ''
  return from ? t('moves.fromTo', { from: from.name, to: to.name }) : t('moves.to', { to: to.name })
}

/** "45 min", "2 h", "2 h 15 min" */
export function minutesWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (!hours) return t('moves.minutes', { minutes: rest })
  return rest ? t('moves.hoursMinutes', { hours, minutes: rest }) : t('moves.hours', { hours })
}

/** The number that stands large, and what it counts: days to go, or the day after. */
export function countWords(move: Pick<BoardMove, 'day' | 'state'>, now: number): { number: string; words: string } | undefined {
  if (!move.day) return undefined
  const days = daysUntil(move.day, now)
  // "0 days since" says nothing: on the day itself, or where they came before it, its own line says so.
  if (move.state === 'moved') return days < 0 ? { number: String(-days), words: t('moves.daysAfter', { count: -days }) } : undefined
  return days < 0 ? { number: String(-days), words: t('moves.daysLate', { count: -days }) } : { number: String(days), words: t('moves.daysLeft', { count: days }) }
}

/** "Nobody has told them", and since when it is late or when it is due. */
export function missingWords(one: Missing): { what: string; when: string } {
  const what = t(`moves.missing.${one.what}` as MessageKey) || t('moves.missing.other')
  if (!one.due) return { what, when: '' }
  return { what, when: t(one.overdue ? 'moves.since' : 'moves.due', { when: one.overdue ? when(one.due) : ahead(one.due) }) }
}

/** Told or not, opened or not: as much as the server has evidence for. Whether they looked is for their own people: nobody else is told, so nobody else is told that they did not. */
export function toldWords(move: Move): string {
  const name = move.youngPerson.name
  if (!move.toldAt) return t('moves.notTold', { name })
  const told = move.toldBy ? t('moves.toldBy', { when: when(move.toldAt), who: move.toldBy.name }) : t('moves.told', { when: when(move.toldAt) })
  return move.side === 'theirs' ? `${told} ${openedWords(move, name)}` : told
}

function openedWords(move: Move, name: string): string {
  if (move.openedAt) return t('moves.opened', { name, when: when(move.openedAt) })
  if (move.choice && move.choice !== 'opened') return t(`moves.choice.${move.choice}`, { name })
  return t('moves.notOpened', { name })
}

const refusals = ['no_pack', 'not_shown', 'escort', 'with', 'answered', 'told', 'review_told', 'over', 'too_late', 'not_asked', 'changed', 'one_open', 'reason', 'photo_used', 'words_many', 'words_too_long', 'words_empty'] as const

const buddyRefusals = ['not_there', 'is_buddy', 'unwanted', 'one_open', 'too_early', 'same_person'] as const

/** Why a press did not go through, where this page knows better than the error's own sentence. */
export function refusedWords(fault: unknown, ofBuddy = false): string {
  if (!(fault instanceof ApiError)) return ''
  const buddy = ofBuddy && buddyRefusals.find((one) => one === fault.reason)
  if (buddy) return t(`moves.buddy.refused.${buddy}`)
  const reason = refusals.find((one) => one === fault.reason)
  return reason ? t(`moves.refused.${reason}`) : ''
}

/** How the move went, in the words the young person chose from. */
export function wentWords(face: Review['face']): string {
  return face === 'not_sure' || face === 'skip' ? t(`moves.face.${face}`) : t(`moves.went.${face}`)
}

export function settledWords(face: Review['face']): string {
  return face === 'not_sure' || face === 'skip' ? t(`moves.face.${face}`) : t(`moves.settled.${face}`)
}

/** A hello card as both of them read it. A newer server's card is told as what it is. */
export const helloWords = (card: string): string => t(`hello.${card}` as MessageKey) || t('moves.buddy.card')
