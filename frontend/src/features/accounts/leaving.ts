// Locking and signing out, apart from joining: the first screen can do these.
import { lockKind, part } from '../../lib/parting.svelte'
import { refreshSession } from '../../lib/session.svelte'

/** Locks what can be read: on the screen at once, on the server as soon as it answers. */
export async function lockNow(): Promise<void> {
  const kind = lockKind()
  if (!kind) return
  await part(kind)
  await refreshSession()
}

/** Works without signal too: this device forgets now, the server is told when it can be. */
export async function signOut(): Promise<void> {
  await part('sign_out')
  await refreshSession()
}
