// What waits on this phone, as the first screen shows it. What sees to it comes with outbox-page.
import type { OutboxItem } from './outbox-types'

/**
 * `items` are cards, `told` answers and contacts. `unsaved` holds ids of those this phone could not save and no server
 * has: the only place they live is this page.
 */
export const outbox = $state<{ items: OutboxItem[]; told: OutboxItem[]; unsaved: string[] }>({ items: [], told: [], unsaved: [] })

/** Once more when signal is back: a page without it would neither send nor show what waits. */
export function startOutbox(): void {
  import('./outbox-page.svelte').then(
    (page) => page.startOutbox(),
    () => addEventListener('online', startOutbox, { once: true })
  )
}

export async function flushOutbox(force = false): Promise<void> {
  await (await import('./outbox-page.svelte')).flushOutbox(force)
}
