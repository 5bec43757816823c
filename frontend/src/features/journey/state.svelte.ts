// What was said about the way from this page, until the server tells of it itself. Nothing of it is written to the device.
import { onForget } from '../../lib/forget'
import type { Card } from '../../lib/types'
import type { Local } from './way'

export const local = $state<Local>({ wishes: {}, things: [], gone: {}, packed: {} })

/** The stop that was asked for last: of which move, its id on this phone, and the card as the server knows it. */
export const stop = $state<{ move?: string; id?: string; card?: Card }>({})

onForget(() => {
  Object.assign(local, { wishes: {}, things: [], gone: {}, packed: {} } satisfies Local)
  Object.assign(stop, { move: undefined, id: undefined, card: undefined })
})
