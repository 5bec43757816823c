// Matching an address against a pattern: pure, so that tests need no browser.

/** match('/card/:id', path) → {id}, or null. A part is never empty. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/').filter(Boolean)
  const have = path.split('/').filter(Boolean)
  if (want.length !== have.length) return null
  const out: Record<string, string> = {}
  for (const [i, part] of want.entries()) {
    const value = have[i] as string
    if (!part.startsWith(':')) {
      if (part !== value) return null
      continue
    }
    try {
      out[part.slice(1)] = decodeURIComponent(value)
    } catch {
      return null
    }
  }
  return out
}
