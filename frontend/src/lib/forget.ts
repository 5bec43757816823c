// What a page knows of a person is forgotten in one moment, by whoever holds some of it.
const listeners = new Set<() => void>()

/** Gives what ends it, for whoever may be gone before the page is. */
export function onForget(listener: () => void): () => boolean {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function forgetAll(): void {
  for (const listener of listeners) listener()
}
