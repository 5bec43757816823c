// What was said of how a move went, from this page. Until the server has it, it would ask the same again.
import { onForget } from '../../lib/forget'
import { sendMove } from '../../lib/next-act'
import type { MoveAct, ReviewDay } from '../../lib/next-types'
import { outbox } from '../../lib/outbox.svelte'
import type { Saved } from '../../lib/outbox'

type Review = Extract<MoveAct, { do: 'review' }>

/** The move and the day it was said of, and what was sent. */
const last = $state<{ of?: string; id?: string }>({})

const ofDay = (move: string, day: ReviewDay): string => `${move} ${day}`
const clear = (): void => void Object.assign(last, { of: undefined, id: undefined })

export const isReviewed = (move: string, day: ReviewDay): boolean => last.of === ofDay(move, day)

export async function sayReview(move: string, act: Review): Promise<Saved> {
  const of = ofDay(move, act.day)
  Object.assign(last, { of, id: undefined })
  const { id, saved } = await sendMove(move, act)
  if (last.of === of) last.id = id
  return saved
}

onForget(clear)
// What Heard could not take was not said: it may be said again, also once it was taken off this phone.
$effect.root(() => {
  $effect(() => {
    if (outbox.told.some((item) => item.id === last.id && item.status === 'refused')) clear()
  })
})
