// Two people wrote at once: nothing is put together without somebody looking. Pure, so that it is tried without a page.

/** A part of a form in words: what this worker wrote, and what stands there now. */
export interface Part<K extends string = string> {
  key: K
  name: string
  mine: string
  theirs: string
  /** What is sent, where it is not these words: two people, or two places, may have one name. */
  values?: { mine: unknown; theirs: unknown }
  /** Words, which can be put together by hand; otherwise one or the other. */
  text: boolean
}

export type Pick = { from: 'mine' | 'theirs' } | { from: 'both'; words: string }
export type Picks<K extends string = string> = Partial<Record<K, Pick>>

/** The parts that differ. What is the same on both sides asks nobody anything. */
export function clashing<K extends string>(parts: Part<K>[]): Part<K>[] {
  return parts.filter(({ mine, theirs, values }) => (values ? JSON.stringify(values.mine) !== JSON.stringify(values.theirs) : mine.trim() !== theirs.trim()))
}

/** Every part that differs was decided: only then is anything sent. */
export function decided<K extends string>(parts: Part<K>[], picks: Picks<K>): boolean {
  return clashing(parts).every((part) => picks[part.key] !== undefined)
}

/** Takes each part from where it was picked. Parts that don't differ stay as they are on both sides. */
export function settle<B extends object>(mine: B, theirs: B, picks: Picks<Extract<keyof B, string>>): B {
  const out = { ...mine }
  for (const key of Object.keys(picks) as Extract<keyof B, string>[]) {
    const pick = picks[key]
    if (pick?.from === 'theirs') out[key] = theirs[key]
    if (pick?.from === 'both') Object.assign(out, { [key]: pick.words })
  }
  return out
}
