import { setServerTime } from '../../lib/clock.svelte'
import { ApiError } from '../../lib/http'
import { onLive } from '../../lib/live.svelte'
import { session } from '../../lib/session.svelte'
import { uuidv7 } from '../../lib/uuid'
import * as server from './api'
import { asksForMoves, board, view } from './state.svelte'
import type { BagItem, Choice, JourneyBody, MoveBody, Visit } from './types'

let boardLoads = 0
let loads = 0

/** `background`: nobody touched anything, so the idle lock goes on counting. */
export async function loadBoard(background = false): Promise<void> {
  const mine = ++boardLoads
  try {
    const answer = await server.getBoard({ background })
    // An older answer that comes late must not overwrite a newer one.
    if (mine !== boardLoads) return
    setServerTime(answer.serverTime)
    Object.assign(board, { answer, fault: undefined })
  } catch (fault) {
    if (mine === boardLoads) board.fault = fault
  }
}

/** Keeps the board, and the number beside "Places", true while this place is open. */
export function watchBoard(): () => void {
  const again = (): void => {
    // Whoever can have to do with no move asks for none.
    if (asksForMoves(session.value?.roles)) void loadBoard(true)
  }
  const off = onLive(again)
  again()
  return () => {
    boardLoads++
    off()
    Object.assign(board, { answer: undefined, fault: undefined })
  }
}

export async function loadMove(id: string, background = false): Promise<void> {
  if (view.id !== id) forgetMove()
  const mine = ++loads
  view.id = id
  try {
    const move = await server.getMove(id, { background })
    if (mine !== loads) return
    setServerTime(move.serverTime)
    Object.assign(view, { move, gone: false, fault: undefined })
  } catch (fault) {
    if (mine !== loads) return
    // Whoever may see it no more sees nothing of it, not even what was on screen.
    if (fault instanceof ApiError && fault.code === 'not_found') Object.assign(view, { move: undefined, gone: true, fault: undefined })
    else view.fault = fault
  }
}

/** Nothing stays in memory behind the lock. */
export function forgetMove(): void {
  loads++
  Object.assign(view, { id: '', move: undefined, gone: false, fault: undefined, busy: '', pressFault: undefined, pressed: '' })
}

export function watchMove(id: string): () => void {
  const off = onLive(() => void loadMove(id, true))
  void loadMove(id)
  return () => {
    off()
    forgetMove()
  }
}

/** The page shows only what the server holds: it is read again after each press, whichever way that went. */
async function press(name: string, act: (id: string) => Promise<unknown>): Promise<boolean> {
  const { id } = view
  if (!id || view.busy) return false
  Object.assign(view, { busy: name, pressFault: undefined, pressed: name })
  let done = true
  try {
    await act(id)
  } catch (fault) {
    done = false
    if (view.id === id) view.pressFault = fault
  }
  if (view.id === id) {
    await loadMove(id)
    view.busy = ''
  }
  return done
}

/** The last press was this one, and it was refused. */
export const faultOf = (name: string): unknown => (view.pressed === name ? view.pressFault : undefined)

/** Somebody else wrote in between: their words are on the page now, and this worker's are still in the form. */
export function changedMeanwhile(fault: unknown): boolean {
  return fault instanceof ApiError && fault.code === 'conflict' && fault.reason === 'changed'
}

/** There is nothing to show of the place yet: telling all the same takes a second press. */
export function noPack(fault: unknown): boolean {
  return fault instanceof ApiError && fault.reason === 'no_pack'
}

// The same at every try of the same form: a move made twice is one move.
export const newMoveId = (): string => uuidv7()

export async function makeMove(id: string, youngPersonId: string, body: MoveBody): Promise<void> {
  await server.postMove(id, youngPersonId, body)
  void loadBoard()
}

export const saveWords = (base: number, body: MoveBody) => press('words', (id) => server.putMove(id, base, body))
/** What was read is told: words that somebody saved meanwhile are shown first. */
export const tell = (base: number, withoutPack = false) => press('tell', (id) => server.postTell(id, base, withoutPack))
export const showPack = () => press('show', server.postShow)
export const arrived = (at?: string) => press('arrived', (id) => server.postArrived(id, at))
export const amendArrival = (at: string) => press('amend', (id) => server.putArrived(id, at))
export const takeBackArrival = () => press('back', server.deleteArrived)
export const endMove = (reason: string, forThem: string) => press('end', (id) => server.postEnd(id, reason, forThem))
export const answerQuestion = (question: string, words: string) => press(`answer:${question}`, (id) => server.postAnswer(id, question, words))
export const offerVisit = (visit: { kind: Visit['kind']; at: string; words: string }) => press('visit', (id) => server.postVisit(id, visit))
/** `was`: when what was read of it was said. What somebody else said meanwhile is shown first. */
export const settleVisit = (visit: string, body: { was?: string; state: Visit['state']; at?: string; words?: string }) => press(`visit:${visit}`, (id) => server.putVisit(id, visit, body))
export const saveJourney = (base: number, body: JourneyBody) => press('journey', (id) => server.putJourney(id, base, body))
/** The wish as it was read: what they wished instead meanwhile was not answered by this. */
export const settleChoice = (choice: Choice, agreed: boolean, reason?: string) => press(`choice:${choice.key}`, (id) => server.postChoice(id, choice, agreed, reason))
export const addBag = (name: string) => press('bag', (id) => server.postBag(id, name))
export const tickBag = (item: string, body: Partial<Pick<BagItem, 'packed' | 'arrived' | 'missing' | 'noBinBags' | 'photo' | 'farPhoto'>>) => press(`bag:${item}`, (id) => server.putBag(id, item, body))
export const candidates = (id: string) => server.getBuddies(id)
export const invite = (youngPersonId: string) => press('invite', (id) => server.postBuddy(id, youngPersonId))
export const agreeBuddy = () => press('agree', server.postBuddyAgree)
export const endBuddy = () => press('end_buddy', server.postBuddyEnd)
export const sayLonger = (day: number, at: string, words: string) => press(`longer:${day}`, (id) => server.postLonger(id, day, at, words))
export const readReview = (day: number) => press(`review:${day}`, (id) => server.postRead(id, day))
