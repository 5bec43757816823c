// Waiting for something to become true, with an end.

/** Asks again until `ask` gives something, and says what it waited for when it never does. */
export async function until<T>(what: string, ask: () => T | undefined | null | Promise<T | undefined | null>, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1000
  let last: unknown
  while (Date.now() < end) {
    try {
      const found = await ask()
      if (found !== undefined && found !== null) return found
      last = undefined
    } catch (error) {
      last = error
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`waited ${seconds} s for ${what}${last ? `: ${last}` : ''}`)
}
