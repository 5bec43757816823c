// What it is to be somebody's buddy. Pages only read it; actions change it.
import { onForget } from '../../lib/forget'
import type { BuddyView } from '../../lib/next-types'

/** The buddy's own side: asked, waiting for the others, or on. */
export interface Buddying {
  asks?: { buddy: string }
  waits: boolean
  for?: BuddyView
}

export interface Mine {
  value?: Buddying
  error: unknown
}

export const mine = $state<Mine>({ value: undefined, error: undefined })

onForget(() => void Object.assign(mine, { value: undefined, error: undefined }))
