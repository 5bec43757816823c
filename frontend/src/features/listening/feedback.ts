// Asking for the four questions and answering them. They go the sealed way, like an answer, and are a record of their own.
import { sendTold } from '../../lib/outbox-page.svelte'
import type { Face } from '../../lib/types'
import { uuidv7 } from '../../lib/uuid'
import { vaultGet, vaultSet } from '../../lib/vault'
import { fetchQuestions } from './api'
import { type Asked, feedback } from './feedback.svelte'
import { last } from './state.svelte'

const store = 'feedback'
const keptAtMost = 50

/** Without signal nothing is offered: that is no fault to show. */
export async function loadFeedback(): Promise<void> {
  try {
    const [questions, declined] = await Promise.all([fetchQuestions(), vaultGet<string[]>(store)])
    Object.assign(feedback, questions, { known: true })
    for (const id of declined ?? []) if (!feedback.over.includes(id)) feedback.over.push(id)
  } catch {
    feedback.known = true
  }
}

/** "No, thanks": it is not asked about this contact again. */
export async function declineFeedback({ contact }: Asked): Promise<void> {
  feedback.over.push(contact.id)
  await vaultSet(store, [...((await vaultGet<string[]>(store)) ?? []), contact.id].slice(-keptAtMost))
}

export async function giveFeedback({ contact, service }: Asked, scores: Face[]): Promise<void> {
  const body = { what: 'session_feedback' as const, id: uuidv7(), contact: contact.id, scores }
  feedback.over.push(contact.id)
  last.body = body
  last.who = service
  await sendTold(body)
}
