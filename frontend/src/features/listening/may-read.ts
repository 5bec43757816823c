import type { Session } from '../../lib/types'

/** Names and answers are read behind the lock; on a shared tablet only by somebody who has one. */
export function mayRead(session: Session | undefined): boolean {
  return Boolean(session?.signedIn && !session.locked && !(session.shared && session.lock === 'none'))
}
