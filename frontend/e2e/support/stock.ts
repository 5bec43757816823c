// What a phone keeps, read the way the app keeps it.
import { expect, type Page } from '@playwright/test'

/** A value of the young person's small database. */
export function kept<T>(page: Page, store: 'meta' | 'outbox', key?: string): Promise<T> {
  return page.evaluate(
    ({ store, key }) =>
      new Promise<never>((resolve, reject) => {
        const request = indexedDB.open('heard-young')
        request.onerror = () => reject(request.error)
        request.onsuccess = () => {
          const table = request.result.transaction(store).objectStore(store)
          const asked = key === undefined ? table.getAll() : table.get(key)
          asked.onerror = () => reject(asked.error)
          asked.onsuccess = () => {
            request.result.close()
            resolve(asked.result as never)
          }
        }
      }),
    { store, key }
  )
}

/** Waits until cards can be sealed on this phone. */
export async function stocked(page: Page): Promise<void> {
  await expect.poll(async () => (await kept<{ tickets: unknown[] } | undefined>(page, 'meta', 'stock'))?.tickets.length ?? 0).toBeGreaterThanOrEqual(20)
}
