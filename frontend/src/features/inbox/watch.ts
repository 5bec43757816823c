import { live, onLive, startLive } from '../../lib/live.svelte'
import { forgetInbox, loadInbox } from './actions'

// While the stream is down, ask anyway: slower, but never silent.
const askEvery = 20_000

/** Keeps the inbox true while the place is open. Returned function: stop, and forget what was shown. */
export function watchInbox(): () => void {
  const refetch = (): void => void loadInbox(true)
  const off = onLive(refetch)
  const stop = startLive('work')
  const timer = setInterval(() => {
    if (!live.connected) refetch()
  }, askEvery)
  void loadInbox(false)
  return () => {
    clearInterval(timer)
    stop()
    off()
    forgetInbox()
  }
}
