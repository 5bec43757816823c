// Saying something about the way. Each is sealed on this phone first, so that all of it works without signal.
import { serverNow } from '../../lib/clock.svelte'
import { api } from '../../lib/http'
import { sendMove } from '../../lib/next-act'
import { onTold, sendCard, toldReceiptOf } from '../../lib/outbox-page.svelte'
import type { MoveAct } from '../../lib/next-types'
import type { Card, Person } from '../../lib/types'
import { uuidv7 } from '../../lib/uuid'
import { local, stop } from './state.svelte'
import type { Said, Wish } from './way'

/** Sealed on this phone, and perhaps with the server already: its receipt can come before this page is told so. */
async function say(move: string, act: MoveAct): Promise<Said> {
  const { id } = await sendMove(move, act)
  return { act: id, takenAt: toldReceiptOf(id)?.receivedAt }
}

export async function wish(move: string, key: Wish, words: string): Promise<void> {
  local.wishes[key] = { ...(await say(move, { do: 'wish', key, words })), words }
}

export async function addThing(move: string, name: string): Promise<void> {
  const said = await say(move, { do: 'bag', name })
  local.things = [...local.things, { ...said, name }]
}

export async function removeThing(move: string, item: string): Promise<void> {
  local.gone[item] = await say(move, { do: 'bag_gone', item })
}

export async function tickThing(move: string, item: string, packed: boolean): Promise<void> {
  local.packed[item] = { ...(await say(move, { do: 'bag_packed', item, packed })), on: packed }
}

/** Marks what the server has taken. Gives back how to stop listening. */
export function listenTold(): () => void {
  return onTold((id, { receivedAt }) => {
    const said: Said[] = [...Object.values(local.wishes), ...local.things, ...Object.values(local.gone), ...Object.values(local.packed)]
    const one = said.find((each) => each.act === id)
    if (one) one.takenAt = receivedAt
  })
}

/**
 * "I need a stop", to whoever goes along. Nobody is switched off by it: where the escort can't be reached, the card
 * goes on to others as every card does.
 */
export async function askForStop(move: string, escort: Person): Promise<void> {
  const id = uuidv7()
  Object.assign(stop, { move, id, card: undefined })
  await sendCard({ id, card: 'need_stop', kind: 'need', need: 'need_stop', audience: [escort.id], switchedOff: [], kept: false, tappedAt: new Date().toISOString() })
}

/** How long a stop that was asked for is shown here; later it is one of their cards like every other. */
const shownFor = 3 * 60 * 60_000

export const isFresh = (at: string, now: number): boolean => Date.parse(at) > now - shownFor

/** What came of it, as the server says. Without the server what is known stays. A stop of the way before is none of this one. */
export async function loadStop(move: string, toldAt: string): Promise<void> {
  const answer = await api('young').get<{ cards: Card[] }>('/cards', { background: true }).catch(() => undefined)
  if (!answer) return
  const id = stop.move === move ? stop.id : undefined
  const found = answer.cards.find((card) => (id ? card.clientId === id : card.card === 'need_stop' && card.state !== 'withdrawn' && card.state !== 'closed' && Date.parse(card.receivedAt) >= Date.parse(toldAt)))
  if (found && isFresh(found.receivedAt, serverNow())) Object.assign(stop, { move, id, card: found })
}
