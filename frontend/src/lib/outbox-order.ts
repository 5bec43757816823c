// In which order the outbox tries what waits. Pure.
import { type OpenItem, type OutboxItem, type SealedItem, isSealed, isTold } from './outbox-types'

/** What may be posted, and when it counts as due. */
export interface Turn {
  item: SealedItem | OpenItem
  attempts: number
  /** Not before this moment (ms). */
  nextAt: number
  /** Whose words about a move they are: none of these goes before the one that was said before it. */
  chain?: string
}

/** An answer that has no seal yet waits for tickets, not for the network. */
function isSendable(item: OutboxItem): item is SealedItem | OpenItem {
  return isSealed(item) || !isTold(item.body)
}

const older = (a: OutboxItem, b: OutboxItem): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

/**
 * The server keeps no order of what is said about a move: what comes last there is what holds. "Add my teddy" comes
 * before "my teddy is packed". So these go one after the other, in the order they were said: while the oldest waits, for
 * its next try or for a ticket, so do all after it. But for a no to a buddy, which must not stay behind a wish that the
 * server can't take, and for what the server does not know at all: waiting for a newer one may last for ever.
 * Anything else goes by itself; what keeps failing must not stand in front of what was never tried.
 */
export function turns(items: OutboxItem[]): Turn[] {
  const heads = new Map<string, OutboxItem>()
  const held = new Set<string>()
  const found: Turn[] = []
  for (const item of items.filter((one) => one.status === 'waiting').sort(older)) {
    if (item.what !== 'move' || item.alone) {
      if (isSendable(item)) found.push({ item, attempts: item.attempts, nextAt: item.nextAt })
      continue
    }
    const chain = item.person ?? ''
    if (!isSendable(item)) held.add(chain)
    else if (!held.has(chain)) {
      const head = heads.get(chain) ?? item
      heads.set(chain, head)
      found.push({ item, attempts: head.attempts, nextAt: head.nextAt, chain })
    }
  }
  return found.sort((a, b) => a.attempts - b.attempts || older(a.item, b.item))
}
