// Asking the server about the next place, or this phone's own copy; and what a young person says about it.
import { ApiError } from '../../lib/http'
import { fresh } from '../../lib/live.svelte'
import { next } from '../../lib/next.svelte'
import { sendMove } from '../../lib/next-act'
import type { MoveAct, MoveChoice, MoveOff, NextPlace } from '../../lib/next-types'
import type { Saved } from '../../lib/outbox'
import { reached } from '../../lib/online.svelte'
import { savedGet, savedPut } from '../../lib/saved'
import { session } from '../../lib/session.svelte'
import { vaultGet, vaultSet } from '../../lib/vault'
import * as api from './api'
import { holds, without } from './copy'
import { copy, dropCopy, openCopy, openPhotos, refreshCopy, savedShown } from './saving.svelte'
import { mayLook, place } from './state.svelte'

const daysKey = 'next_days'
const offKey = 'next_off'

async function take(value: NextPlace): Promise<void> {
  // The pages of another move are another home's: they are never shown as this one's, nor saved with it.
  if (place.value?.move.id !== value.move.id) place.shown = undefined
  const { off } = value
  Object.assign(place, { value, off: place.off?.id === off?.id ? place.off : undefined, fromCopy: false, known: true, error: undefined })
  if (off) void beside(value.move.id, off)
  next.there = true
  if (place.shown && value.gone && holds(place.shown, value.gone)) {
    place.shown = without(place.shown, value.gone)
    void loadPack()
  }
  // A copy opens without the lock. So it lasts only while they want to see the place, also when they closed it on
  // another phone; and once somebody has moved, the place is no longer a next one.
  await (value.move.state === 'told' && value.move.choice === 'opened' ? refreshCopy(value) : dropCopy())
}

/** Another move is off, beside the page of the last one: news until it was read here. */
async function beside(move: string, off: MoveOff): Promise<void> {
  const offRead = await vaultGet<string>(offKey)
  // Locked, left or asked again while the phone looked: it is nobody's, or no news any more.
  if (mayLook(session.value) && place.value?.move.id === move && place.value.off?.id === off.id) Object.assign(place, { off, offRead: place.offRead ?? offRead })
}

async function none(isOff: boolean): Promise<void> {
  await dropCopy()
  // Nobody finds an empty page where their next place was: what became of it is asked before it goes.
  const account = session.value?.account?.id
  const off = isOff ? await api.fetchOff().catch(() => place.off) : undefined
  const offRead = off && (await vaultGet<string>(offKey))
  // Locked or left while it was on its way: it is nobody's any more.
  if (off && (!mayLook(session.value) || account !== session.value?.account?.id)) return
  Object.assign(place, { value: undefined, shown: undefined, off, offRead, fromCopy: false, known: true, error: undefined })
  // For as long as that is news it is found where the place was.
  next.there = off !== undefined
}

/** What lies on this phone, also while it is locked. */
async function fromCopy(): Promise<void> {
  const head = await openCopy()
  // Signed out meanwhile: the copy goes with them.
  if (!session.value?.signedIn) return
  const whole = head?.whole ?? false
  if (!place.value && head && whole) Object.assign(place, { value: head.value, fromCopy: true, known: true })
  place.looked = true
  next.there = whole || (place.value ?? place.off) !== undefined
}

let asking: Promise<void> | undefined

/** One at a time; whoever asks meanwhile gets the same answer. */
export function loadNext(): Promise<void> {
  asking ??= ask().finally(() => { asking = undefined })
  return asking
}

async function ask(): Promise<void> {
  void rememberDays()
  if (!session.value?.signedIn) return
  const account = session.value.account?.id
  if (!mayLook(session.value)) return fromCopy()
  try {
    const value = await api.fetchNext()
    reached(true)
    fresh()
    // Locked or left while it was on its way: it is nobody's any more, and what may be shown now is another thing.
    if (!mayLook(session.value) || account !== session.value?.account?.id) return ask()
    await take(value)
  } catch (fault) {
    if (fault instanceof ApiError && fault.fromHeard && fault.status === 404) return none(fault.reason === 'off')
    if (fault instanceof ApiError && fault.unreachable) reached(false)
    await fromCopy()
    place.error = fault
  }
}

/** The pack itself: from the copy where there is one, and what its place has changed from the server. */
export async function loadPack(): Promise<void> {
  const move = place.value?.move.id
  // Locked, or another move by now: what comes is no longer asked for.
  const same = (): boolean => move !== undefined && place.value?.move.id === move
  const head = await openCopy()
  if (head?.whole && head.value.move.id === move && !place.shown) {
    const kept = await savedShown()
    if (!same()) return
    place.shown = kept && without(kept, place.value?.gone ?? [])
    void openPhotos()
  }
  if (!same() || place.fromCopy || !place.value?.hasPack || place.value.move.choice !== 'opened') return
  try {
    const shown = await api.fetchPack()
    if (!same()) return
    // Heard knows of a newer move than this phone: its pages are shown with it, once it has been asked for.
    if (shown.move !== move) return void loadNext()
    // Nothing comes back that was taken away while this was on its way.
    place.shown = without(shown, place.value?.gone ?? [])
  } catch (fault) {
    if (same() && !place.shown) place.error = fault
  }
}

/** The young person's own press. Opening is told to the server before anything is shown. */
export async function choose(choice: MoveChoice): Promise<void> {
  const move = place.value?.move
  if (!move) return
  await api.sendChoice(move.id, choice)
  if (place.value?.move.id === move.id) place.value.move.choice = choice
  // Not left to the next answer, which may not come: whoever closed the place has closed its copy.
  if (choice !== 'opened') await dropCopy()
  await loadNext()
}

/** It was read here: the home says it no more. */
export async function readOff(id: string): Promise<void> {
  if (place.offRead === id) return
  place.offRead = id
  await vaultSet(offKey, id)
}

/** Sealed and on this phone when it resolves, or in this page until it can be. */
export async function say(act: MoveAct): Promise<Saved> {
  return (await sendMove(place.value?.move.id, act)).saved
}

/** Not everybody wants to see the days go down. Remembered on this phone, and nowhere readable. */
export async function hideDays(hide: boolean): Promise<void> {
  copy.hideDays = hide
  await Promise.all([vaultSet(daysKey, hide), savedPut(daysKey, { hide }).catch(() => undefined)])
}

async function rememberDays(): Promise<void> {
  const saved = await savedGet<{ hide: boolean }>(daysKey)
  copy.hideDays = saved?.hide ?? (await vaultGet<boolean>(daysKey)) ?? copy.hideDays
}
