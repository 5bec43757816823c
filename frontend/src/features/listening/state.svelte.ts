// What the Listened place knows. Only the open question and the order of the faces are kept for when there is no
// signal, in the person's own store: it is gone with a lock, with leaving and with signing out.
import { onForget } from '../../lib/forget'
import type { AnswerBody, Face, ListenedBody, Person, TrustedPerson } from '../../lib/types'
import type { Ask, Contact, Order, OwnAnswer, Spoken } from './types'

interface Listened {
  order: Order
  ask?: Ask
  /** The question answered here last: the server may not know yet, and must not bring it back. */
  closed?: string
  contacts: Contact[]
  mine: OwnAnswer[]
  /** The server has said so since this page opened. */
  known: boolean
  error: unknown
}

const nothing = (): Listened => ({ order: 'best_first', ask: undefined, closed: undefined, contacts: [], mine: [], known: false, error: undefined })

export const listened = $state<Listened>(nothing())

/** What was begun and not sent: whoever goes to send a card in between finds it again. In this page only. */
export interface Draft {
  listened?: Face
  serious?: Face
  say?: Face
  words: string
  /** Only while its sheet is open. */
  voice?: Spoken
  tell: boolean
}

export const drafts = $state<Record<string, Draft>>({})

/** What was sent last from this page, for the words about it. */
export const last = $state<{ body?: ListenedBody; who?: string }>({})

/** Whom and what an answer is about. */
export interface Subject {
  key: string
  ask?: string
  contact?: Contact
  with: Person
}

export const asked = ({ id, contact }: Ask): Subject => ({ key: contact.id, ask: id, contact, with: contact.with })

/** From the address: a contact, or somebody of theirs. Nothing when it is not there, or not known yet. */
export function subjectOf(query: URLSearchParams, people: TrustedPerson[]): Subject | undefined {
  const id = query.get('contact')
  if (id && listened.ask?.contact.id === id) return asked(listened.ask)
  const contact = listened.contacts.find((one) => one.id === id)
  if (contact) return { key: contact.id, contact, with: contact.with }
  const person = people.find((one) => one.staff && one.id === query.get('with'))
  return person && { key: person.id, with: person }
}

export function draftOf(subject: Subject): Draft {
  drafts[subject.key] ??= { words: '', tell: false }
  return drafts[subject.key] as Draft
}

/** Best first or last, as the server drew it for this person. */
export function facesIn(order: Order): Face[] {
  return order === 'best_last' ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]
}

/** What is sent. Not sure and skip carry nothing besides: nobody is told, nothing is added. */
export function answerOf(id: string, subject: Subject, choice: AnswerBody['listened'], draft: Draft): AnswerBody {
  const about = { ...(subject.ask && { ask: subject.ask }), ...(subject.contact ? { contact: subject.contact.id } : { with: subject.with.id }) }
  if (choice === 'not_sure' || choice === 'skip') return { what: 'answer', id, ...about, listened: choice, tell: false }
  const words = draft.words.trim().slice(0, 1000)
  return {
    what: 'answer', id, ...about, listened: choice,
    ...(draft.serious && { serious: draft.serious }), ...(draft.say && { say: draft.say }), ...(words && { words }),
    ...(draft.voice && { voice: { type: draft.voice.type, data: draft.voice.data } }),
    tell: draft.tell
  }
}

onForget(() => {
  Object.assign(listened, nothing())
  for (const key of Object.keys(drafts)) delete drafts[key]
  last.body = undefined
  last.who = undefined
})
