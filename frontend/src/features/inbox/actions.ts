import { setServerTime } from '../../lib/clock.svelte'
import { ApiError } from '../../lib/http'
import { fresh } from '../../lib/live.svelte'
import * as server from './api'
import { showBadge } from './badge'
import { announced, arrivals, blankView, cardMoved, inbox, isUrgent, view, waitingCount } from './state.svelte'
import type { AnswerBody, CardsOf, Groups, InboxItem, StaffCard } from './types'

let listAsked = 0

/** `background`: nobody touched anything, so the idle lock goes on counting. */
export async function loadInbox(background = true): Promise<void> {
  const mine = ++listAsked
  try {
    const answer = await server.getInbox({ background })
    // An older answer that comes late must not overwrite a newer one.
    if (mine !== listAsked) return
    setServerTime(answer.serverTime)
    const before = inbox.groups
    takeInbox({ waiting: answer.waiting, coming: answer.coming, check: answer.check })
    if (inbox.groups && cardMoved(before, inbox.groups, view.card)) void loadCard(view.id, true)
  } catch (fault) {
    if (mine === listAsked) inbox.fault = fault
  }
}

export function takeInbox(next: Groups): void {
  const fresher = arrivals(inbox.groups, next)
  announced.assertive = fresher.filter(isUrgent)
  announced.polite = fresher.filter((item) => !isUrgent(item))
  inbox.groups = next
  inbox.at = Date.now()
  inbox.fault = undefined
  fresh()
  showBadge(waitingCount(next))
}

/** Nothing of the inbox stays in memory behind the lock or after signing out. */
export function forgetInbox(): void {
  listAsked++
  cardAsked++
  inbox.groups = undefined
  inbox.at = 0
  inbox.fault = undefined
  inbox.pressing = ''
  inbox.pressFault = undefined
  Object.assign(announced, { polite: [], assertive: [] })
  Object.assign(view, blankView(''))
}

let cardAsked = 0

/** Opening a card marks nothing: only a press does. */
export async function loadCard(id: string, background = false): Promise<void> {
  const mine = ++cardAsked
  if (view.id !== id) Object.assign(view, blankView(id))
  try {
    const card = await server.getCard(id, { background })
    if (mine === cardAsked) show(card)
  } catch (fault) {
    if (mine !== cardAsked) return
    if (fault instanceof ApiError && fault.code === 'not_found') {
      view.card = undefined
      view.gone = true
    } else view.fault = fault
  }
}

function show(card: StaffCard): void {
  view.card = card
  view.at = Date.now()
  view.gone = false
  if (!view.stale) view.fault = undefined
}

type Press = NonNullable<typeof view.busy>

/** What is on screen changes only by the server's answer: the young person's words are never shown before they are true. */
async function press(kind: Press, act: (card: StaffCard) => Promise<StaffCard>): Promise<boolean> {
  const before = view.card
  if (!before || view.busy) return false
  view.busy = kind
  view.fault = undefined
  view.stale = false
  view.sent = false
  try {
    const card = await act(before)
    cardAsked++
    if (view.id !== before.id) return true
    show(card)
    view.sent = true
    void loadInbox()
    return true
  } catch (fault) {
    await refused(before.id, fault)
    return false
  } finally {
    view.busy = undefined
  }
}

async function refused(id: string, fault: unknown): Promise<void> {
  if (fault instanceof ApiError && fault.code === 'conflict') {
    view.stale = true
    await loadCard(id)
    return
  }
  if (fault instanceof ApiError && fault.unreachable) void loadCard(id)
  view.fault = fault
}

export const markSeen = () => press('seen', (card) => server.postSeen(card.id, card.version))
export const sendAnswer = (answer: AnswerBody) => press(answer.kind, (card) => server.postAnswer(card.id, card.version, answer))
export const sayHere = () => press('here', (card) => server.postHere(card.id, card.version))
export const sayMet = () => press('met', (card) => server.postMet(card.id, card.version))
export const closeCard = (reason: string) => press('close', (card) => server.postClose(card.id, card.version, reason))
export const sayCheckedOn = () => press('checked_on', (card) => server.postCheckedOn(card.id, card.version))

/** "I've seen this" on a not-safe row, without opening the card first. */
export async function markSeenInList(item: InboxItem): Promise<boolean> {
  if (inbox.pressing) return false
  inbox.pressing = item.id
  inbox.pressFault = undefined
  try {
    await server.postSeen(item.id, item.version)
    void loadInbox()
    return true
  } catch (fault) {
    inbox.pressFault = fault
    void loadInbox()
    return false
  } finally {
    inbox.pressing = ''
  }
}

/** What a notification points at; nothing when it is gone or not this worker's. */
export async function resolveAlert(alertId: string): Promise<{ cardId?: string; testId?: string }> {
  try {
    return await server.getOpen(alertId)
  } catch (fault) {
    if (fault instanceof ApiError && fault.code === 'not_found') return {}
    throw fault
  }
}

/** The way to the cards after breaking the glass; nothing when this worker is nothing to the young person. */
export async function cardsOf(youngPersonId: string): Promise<CardsOf | undefined> {
  try {
    return await server.getCardsOf(youngPersonId)
  } catch (fault) {
    if (fault instanceof ApiError && fault.code === 'not_found') return undefined
    throw fault
  }
}
