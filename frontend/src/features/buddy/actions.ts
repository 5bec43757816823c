// Being a buddy: asking the server, and saying one of the few things there are to say.
import { onLive } from '../../lib/live.svelte'
import { type Sent, sendMove } from '../../lib/next-act'
import type { MoveAct } from '../../lib/next-types'
import { onTold } from '../../lib/outbox-page.svelte'
import { session } from '../../lib/session.svelte'
import { fetchBuddying } from './api'
import { mine } from './state.svelte'

export type Said = Extract<MoveAct, { do: 'buddy_said' }>['said']

const mayLook = (): boolean => Boolean(session.value?.signedIn && !session.value.locked && session.value.historyOpen)

export async function loadBuddying(): Promise<void> {
  if (!mayLook()) return
  const account = session.value?.account?.id
  try {
    const value = await fetchBuddying()
    // Locked or left while it was on its way: it is nobody's any more.
    if (mayLook() && account === session.value?.account?.id) Object.assign(mine, { value, error: undefined })
  } catch (fault) {
    mine.error = fault
  }
}

/** Asks again whenever something may have changed. Gives back how to stop. */
export function watchBuddying(): () => void {
  const load = (): void => void loadBuddying()
  load()
  const stops = [onLive(load), onTold(load)]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Sealed and on this phone when it resolves, or in this page until it can be. A buddy knows of no move: the id of the two leads there. */
export function saySo(buddy: string, said: Said, move?: string): Promise<Sent> {
  return sendMove(move, { do: 'buddy_said', buddy, said })
}

export function sayHello(buddy: string, card: string, move?: string): Promise<Sent> {
  return sendMove(move, { do: 'hello', buddy, card })
}
