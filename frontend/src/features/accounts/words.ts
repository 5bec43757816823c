// The six words of a join code, as people paste, type and scan them.

export const wordsInCode = 6

/** "Apple-river  SUN" → ["apple", "river", "sun"]; also reads a whole link that was pasted. */
export function splitCode(text: string): string[] {
  const after = text.includes('#') ? text.slice(text.lastIndexOf('#') + 1) : text
  let plain = after
  try {
    plain = decodeURIComponent(after)
  } catch {
    // Not a link after all.
  }
  return plain.normalize('NFKC').toLowerCase().split(/[^\p{L}]+/u).filter(Boolean).slice(0, wordsInCode)
}

export function codeOf(words: string[]): string {
  return words.join(' ')
}

export function isWhole(words: string[]): boolean {
  return words.length === wordsInCode
}
