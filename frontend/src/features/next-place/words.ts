// Days and states of a move, in words.
import { type MessageKey, day as dayOf, list, locale, t, time } from '../../lib/i18n.svelte'
import type { NextPlace, ReviewDay, Visit } from '../../lib/next-types'
import type { Saved } from '../../lib/outbox'

const noon = (day: string): number => new Date(`${day}T12:00:00`).getTime()

/** "Friday 27 November" */
export function dayWords(day: string): string {
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(noon(day)).replace(',', '')
}

/** How many nights until a day, as people count them. */
export function daysUntil(day: string, now: number): number {
  const today = new Date(now)
  today.setHours(12, 0, 0, 0)
  return Math.round((noon(day) - today.getTime()) / 86_400_000)
}

/** "Friday 27 November, after school" */
export function whenWords({ day, timeWords }: Pick<NextPlace['move'], 'day' | 'timeWords'>): string {
  if (!day) return timeWords || ''
  return timeWords ? t('next.day_time', { day: dayWords(day), time: timeWords }) : dayWords(day)
}

/** "Sunday 22 November, 14:00" */
export function momentWords(at: string): string {
  const day = new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(at)).replace(',', '')
  return t('next.day_time', { day, time: time(at) })
}

/** "today, 15:20" */
export const agoWords = (at: string | number): string => t('next.day_time', { day: dayOf(at), time: time(at) })

const visits: Record<Visit['state'], MessageKey> = { asked: 'next.visit.asked', agreed: 'next.visit.agreed', declined: 'next.visit.declined', made: 'next.visit.made', gone: 'next.visit.gone' }

export const visitState = (visit: Visit): string => t(visit.by === 'staff' && visit.state === 'agreed' ? 'next.visit.offered' : (visits[visit.state] ?? 'next.visit.asked'))

/** The next visit that is to be, or the newest that is waited for. */
export function nextVisit(all: Visit[], now: number): Visit | undefined {
  const moment = (one: Visit): number => Date.parse(one.when ?? '')
  const planned = all.filter((one) => one.state === 'agreed' && moment(one) > now).sort((a, b) => moment(a) - moment(b))
  return planned[0] ?? all.findLast((one) => one.state === 'asked')
}

/** A buddy lives there already: of a place that is not in Heard nobody can be asked. */
export const hasBuddies = ({ move, buddy }: NextPlace): boolean => move.to.id !== undefined || buddy !== undefined

const reviews: Record<ReviewDay, MessageKey> = { 1: 'after.day_1', 7: 'after.day_7', 28: 'after.day_28' }

export const reviewDay = (day: ReviewDay): string => t(reviews[day])

export const namesOf = (people: { name: string }[]): string => list(people.map((one) => one.name))

const refusals: Record<string, MessageKey> = { words_many: 'next.refused.many', words_too_long: 'next.refused.long', move: 'next.refused.over', over: 'next.refused.over', device: 'next.refused.device', hello_many: 'next.refused.hello_many', buddy: 'next.refused.buddy' }

/** Why Heard could not take it. */
export const refusalWords = (reason: string | undefined): string => t(refusals[reason ?? ''] ?? 'next.refused.other')

const saveds: Record<Saved, MessageKey> = { sent: 'answer.received_contact', on_phone: 'answer.on_phone', not_saved: 'answer.not_saved' }

/** What is true of something a moment after it was said. */
export const savedWords = (saved: Saved): string => t(saveds[saved])
