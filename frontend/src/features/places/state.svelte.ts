import type { Pack } from '../../ui/pack/types'
import { samePack } from './merge'
import type { Draft, OurPlace } from './types'

export const places = $state({
  list: undefined as OurPlace[] | undefined,
  fault: undefined as unknown
})

/** saved: the server has what stands here. waiting: typed, and soon sent. unsent: it could not be, and is tried again. */
export type Saving = 'saved' | 'waiting' | 'saving' | 'unsent'

export const editing = $state({
  service: '',
  /** As the server last answered. */
  draft: undefined as Draft | undefined,
  /** As it stands in the form. */
  pack: undefined as Pack | undefined,
  /** As both had it when this writer last read or saved. */
  base: undefined as Pack | undefined,
  saving: 'saved' as Saving,
  /** Why it could not be read or saved. */
  fault: undefined as unknown,
  /** Somebody else has saved in between: theirs, to be looked at beside what stands here. */
  theirs: undefined as Draft | undefined
})

/** What stands in the form, as it is at this moment. */
export function standing(): Pack | undefined {
  return editing.pack && ($state.snapshot(editing.pack) as Pack)
}

/** Something stands in the form that the server does not have. */
export function unsaved(): boolean {
  const here = standing()
  return here !== undefined && editing.base !== undefined && !samePack(here, $state.snapshot(editing.base) as Pack)
}
