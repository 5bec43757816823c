// A service's own four questions, which are answered with one's name: what may be asked, and what was said.
import { onForget } from '../../lib/forget'
import type { Face, Person } from '../../lib/types'
import type { Contact } from './types'

/** A meeting or session, and what was said about it; without scores nothing was yet. */
export interface Asked {
  contact: Contact
  service: string
  at?: string
  scores?: Face[]
  /** The service has put it into its file: it can be changed no more. */
  inFile?: boolean
}

export interface Questions {
  open: Asked[]
  mine: Asked[]
  keyworkers: Person[]
}

interface Feedback extends Questions {
  /** The server has said so since this page opened. */
  known: boolean
  /** Contacts about which the answer was no, or is on its way: nobody is asked twice. */
  over: string[]
}

const nothing = (): Feedback => ({ open: [], mine: [], keyworkers: [], known: false, over: [] })

export const feedback = $state<Feedback>(nothing())

/** The one that may be offered: about a contact that was answered here, newest first, and never twice. */
export function offered(answered: (contact: string) => boolean): Asked | undefined {
  return feedback.open.find(({ contact }) => answered(contact.id) && !feedback.over.includes(contact.id))
}

export function askedAbout(contact: string | null): Asked | undefined {
  return [...feedback.open, ...feedback.mine].find((one) => one.contact.id === contact && !one.inFile)
}

onForget(() => void Object.assign(feedback, nothing()))
