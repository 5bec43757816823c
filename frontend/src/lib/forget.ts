// What a page knows of a person is forgotten in one moment, by whoever holds some of it.
const listeners = new Set<() => void>()

export function onForget(listener: () => void): void {
  listeners.add(listener)
}

export function forgetAll(): void {
  for (const listener of listeners) listener()
}
