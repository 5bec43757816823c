import { type AnswerKind, type CardsOf, type Groups, groups as groupNames, type InboxItem, type StaffCard } from './types'

export interface CardView {
  id: string
  card?: StaffCard
  /** When the card on screen was last known to be true (this device's clock). */
  at: number
  busy?: AnswerKind | 'seen' | 'here' | 'met' | 'close' | 'checked_on'
  fault?: unknown
  gone: boolean
  /** Someone else pressed first; until the next press. */
  stale: boolean
  /** The last press went through. */
  sent: boolean
}

export const inbox = $state({
  groups: undefined as Groups | undefined,
  /** When the list was last known to be true (this device's clock); 0: never. */
  at: 0,
  fault: undefined as unknown,
  /** A press on a row, while it is on its way. */
  pressing: '',
  pressFault: undefined as unknown
})

export const view = $state<CardView>(blankView(''))

/** What a screen reader is told of new cards. A new object each time, so that the same words are said again. */
export const announced = $state({ polite: [] as InboxItem[], assertive: [] as InboxItem[] })

export function blankView(id: string): CardView {
  return { id, card: undefined, at: 0, busy: undefined, fault: undefined, gone: false, stale: false, sent: false }
}

/** Cards that were not waiting before. The first load announces nothing: everything would be new. */
export function arrivals(before: Groups | undefined, after: Groups): InboxItem[] {
  if (!before) return []
  const known = new Set(before.waiting.map((item) => item.id))
  return after.waiting.filter((item) => !known.has(item.id))
}

export function isUrgent(item: InboxItem): boolean {
  return item.kind === 'not_safe' && !item.withdrawnCheck
}

/** The number on the app's icon and in the navigation: everything that waits for a person. */
export function waitingCount(groups: Groups | undefined): number {
  return groups?.waiting.length ?? 0
}

/** A row may be pressed from the list when nobody has pressed "I've seen this" since it last began to wait. */
export function pressable(item: InboxItem, me = ''): boolean {
  // Who has pressed already answers in the card: a second press would say nothing new.
  if (item.withdrawnCheck || (me && item.who?.id === me)) return false
  if (item.state === 'nobody') return true
  return isUrgent(item) && (item.state === 'received' || item.state === 'alerting' || item.state === 'no_channel')
}

/** Everyone was told and nobody has come: these stand above all others. */
export function lastCall(items: InboxItem[]): { first: InboxItem[]; rest: InboxItem[] } {
  return { first: items.filter((item) => item.state === 'nobody'), rest: items.filter((item) => item.state !== 'nobody') }
}

/** What rests on this worker: at the end of a shift it is handed over, or goes back to cover. */
export function stillMine(groups: Groups | undefined, me: string): InboxItem[] {
  if (!groups || !me) return []
  const mine = (item: InboxItem): boolean => item.who?.id === me && (item.state === 'seen' || item.state === 'promised' || item.state === 'here')
  return [...groups.waiting, ...groups.coming].filter(mine)
}

export function emptyInbox(groups: Groups): boolean {
  return groups.waiting.length + groups.coming.length + groups.check.length === 0
}

/** What is still open of a list: when the hour is over its cards are no longer shown, even if nobody touches the screen. */
export function stillOpen(list: CardsOf, now: number): InboxItem[] {
  return list.until && now >= Date.parse(list.until) ? [] : list.cards
}

/** Whether the open card is no longer as it is shown. Asked before fetching it again, because each fetch is written
 *  down for the young person as a look. */
export function cardMoved(before: Groups | undefined, after: Groups, card: StaffCard | undefined): boolean {
  if (!card) return false
  const find = (groups: Groups | undefined) => groups && groupNames.flatMap((name) => groups[name]).find((item) => item.id === card.id)
  const now = find(after)
  return now ? now.version !== card.version : find(before) !== undefined
}
