// One's own answers as they came, oldest first: what the little chart shows. Not sure is no face, and has no height.
import type { Face } from '../../lib/types'
import type { OwnAnswer } from './types'

/** As many as stand beside one another on a small phone. */
const shown = 10

export interface Point {
  id: string
  at: string
  face: Face
}

/** `mine` is newest first, as the server sends it. */
export function over(mine: OwnAnswer[]): Point[] {
  const faces = mine.flatMap(({ id, at, listened }) => (listened === 'not_sure' ? [] : [{ id, at, face: listened }]))
  return faces.slice(0, shown).reverse()
}
