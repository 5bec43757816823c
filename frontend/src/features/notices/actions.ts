import { onLive } from '../../lib/live.svelte'
import { session } from '../../lib/session.svelte'
import { getNotices } from './api'
import { notices, toldOf } from './state.svelte'

// A gap comes nearer by itself.
const askEvery = 5 * 60_000

export async function loadNotices(): Promise<void> {
  if (!toldOf(session.value?.roles)) return
  try {
    notices.open = await getNotices()
  } catch {
    // What was known stays; that nothing can be reached is said over the cards.
  }
}

export function watchNotices(): () => void {
  const off = onLive(() => void loadNotices())
  const timer = setInterval(() => void loadNotices(), askEvery)
  void loadNotices()
  return () => {
    clearInterval(timer)
    off()
    notices.open = []
  }
}
