import type { Face } from '../../lib/types'
import type { Asked, Choice } from './types'

export type Step =
  | 'opening'
  | 'asked'
  /** A face has reached Heard: it is counted. */
  | 'counted'
  /** "Not sure" or "skip" has reached Heard: nothing is counted. */
  | 'noted'
  /** Used, run out or never made: the server says the same of all of them. */
  | 'ended'
  /** The page was opened without a link. */
  | 'nothing'

export const family = $state({
  demo: false,
  step: 'opening' as Step,
  asked: undefined as Asked | undefined,
  /** What was pressed and has not been acknowledged. */
  chosen: undefined as Choice | undefined,
  busy: false,
  fault: undefined as unknown
})

export function facesIn(order: Asked['order']): Face[] {
  return order === 'best_last' ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]
}
