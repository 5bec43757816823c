// Saying something about one's own move: sealed on this phone first, and sent when it can be.
import type { MoveAct, MoveBody } from './next-types'
import type { Saved } from './outbox'
import { sendTold } from './outbox-page.svelte'
import { uuidv7 } from './uuid'

export interface Sent {
  id: string
  saved: Saved
}

/** `move` is absent where a buddy speaks, who knows none. */
export async function sendMove(move: string | undefined, act: MoveAct): Promise<Sent> {
  const body: MoveBody = { what: 'move', id: uuidv7(), ...(move && { move }), ...act }
  return { id: body.id, saved: await sendTold(body) }
}
