// What this page knows of the next place. Pages only read it; actions change it.
import { onForget } from '../../lib/forget'
import type { MoveOff, NextPlace } from '../../lib/next-types'
import type { Session } from '../../lib/types'
import type { Later, Pack } from '../../ui/pack/types'

/** The pack as it was shown, and what its place has changed since. */
export interface Shown {
  /** Whose pages they are. */
  move: string
  version: number
  publishedAt: string
  pack: Pack
  later: Later[]
  /** A picture of Heard's address, for the booklet. */
  qr?: string
  /** How much a saved copy takes. */
  bytes?: number
}

export interface Place {
  value?: NextPlace
  shown?: Shown
  /** They are not going where they were told. */
  off?: MoveOff
  /** The one of these that was read on this phone. */
  offRead?: string
  /** Out of the saved copy: nobody was asked, or nobody answered. */
  fromCopy: boolean
  /** It is known whether there is one. */
  known: boolean
  /** This phone has been looked at for a copy. */
  looked: boolean
  error: unknown
}

const nothing = (): Place => ({ value: undefined, shown: undefined, off: undefined, offRead: undefined, fromCopy: false, known: false, looked: false, error: undefined })

export const place = $state<Place>(nothing())

/** A move is read behind the lock, where older things may be read too; on a shared tablet only with a lock of one's own. */
export function mayLook(session: Session | undefined): boolean {
  return Boolean(session?.signedIn && !session.locked && session.historyOpen && !(session.shared && session.lock === 'none'))
}

onForget(() => void Object.assign(place, nothing()))
