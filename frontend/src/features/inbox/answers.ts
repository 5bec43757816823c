// From a chosen answer to what is sent, and to the very words the young person will read: both from the same values,
// so the preview can't promise anything else than the press.
import { type StateWords, stateWords, type WordsContext } from '../../lib/state-words'
import type { Person, Promised, Status } from '../../lib/types'
import { comingTimes, laterTimes, soon } from './times'
import type { AnswerBody, AnswerKind } from './types'

export const answerKinds: AnswerKind[] = ['on_my_way', 'coming_at', 'sit_with_you', 'talk_after', 'hand_over', 'own_words']

export interface Draft {
  kind: AnswerKind
  /** ms on the server's clock; absent: the first time offered. */
  at?: number
  to?: Person
  words?: string
}

export const wordsLimit = 300

const promised: Partial<Record<AnswerKind, Promised>> = { on_my_way: 'coming', coming_at: 'coming', sit_with_you: 'sit', talk_after: 'talk' }

/** Times offered as chips. "On my way" has none: it is now. */
export function timesFor(kind: AnswerKind, now: number): number[] {
  if (kind === 'coming_at') return comingTimes(now)
  if (kind === 'sit_with_you') {
    const first = soon(now)
    return [first, ...comingTimes(first).slice(0, 2)]
  }
  return kind === 'talk_after' ? laterTimes(now) : []
}

export function timeOf(draft: Draft, now: number): number | undefined {
  if (!promised[draft.kind]) return undefined
  if (draft.kind === 'on_my_way') return soon(now)
  return draft.at ?? timesFor(draft.kind, now)[0]
}

/** undefined: something is still missing, and there is nothing to send. */
export function bodyOf(draft: Draft, now: number): AnswerBody | undefined {
  if (draft.kind === 'hand_over') return draft.to && { kind: 'hand_over', to: draft.to.id }
  if (draft.kind === 'own_words') {
    const words = draft.words?.trim() ?? ''
    return words && words.length <= wordsLimit ? { kind: 'own_words', words } : undefined
  }
  const at = timeOf(draft, now)
  return at === undefined ? undefined : { kind: draft.kind, at: new Date(at).toISOString() }
}

const unseen = new Set(['received', 'alerting', 'no_channel'])

/** What the card will say once this is sent. An answer says that it was seen: words and a handover leave the state
 *  there, or where a promise had brought it. */
export function previewOf(draft: Draft, before: Status, me: Person, now: number, context: WordsContext): StateWords | undefined {
  const at = timeOf(draft, now)
  if (at !== undefined) {
    const by = new Date(at).toISOString()
    return stateWords({ state: 'promised', who: me, by, promise: promised[draft.kind] }, context)
  }
  const after: Status = unseen.has(before.state) ? { state: 'seen', who: me, at: new Date(now).toISOString() } : { ...before, next: undefined }
  if (draft.kind === 'own_words') return stateWords(after, context)
  return draft.to && stateWords({ ...after, next: { kind: 'handed_over', who: draft.to } }, context)
}
