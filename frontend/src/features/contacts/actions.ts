import { serverNow } from '../../lib/clock.svelte'
import { t } from '../../lib/i18n.svelte'
import { onLive } from '../../lib/live.svelte'
import { navigate, route } from '../../lib/router.svelte'
import { session } from '../../lib/session.svelte'
import type { Person } from '../../lib/types'
import { uuidv7 } from '../../lib/uuid'
import { hideToast, showToast, toast } from '../../ui/toast.svelte'
import * as server from './api'
import { contacts } from './state.svelte'
import type { Contact, Draft, Outcome, RecordedKind } from './types'
import { contactWords, recordedWords } from './words'

const page = '/work/contacts'
// As long as the line with "Undo" stands.
const undoable = 12_000

let loads = 0
let timer: ReturnType<typeof setTimeout> | undefined
let said = ''

export async function loadContacts(background = false): Promise<void> {
  const mine = ++loads
  // Somebody else may have signed in here since: what another worker recorded is not theirs to send.
  contacts.drafts = contacts.drafts.filter((one) => one.by === session.value?.account?.id)
  try {
    const [{ people }, answer] = await Promise.all([server.getMyPeople({ background }), server.getContacts({ background })])
    if (mine !== loads) return
    contacts.people = people
    contacts.list = answer.contacts
    contacts.fault = undefined
  } catch (fault) {
    if (mine === loads) contacts.fault = fault
  }
}

/** Shown at once, and sent when it can be undone no more: there is no way to take back what the server has. */
export function record(person: Person, kind: RecordedKind, outcome: Outcome = 'happened', at: number = serverNow()): void {
  sendHeld()
  const { id, name, avatar } = person
  const draft: Draft = {
    id: uuidv7(), youngPerson: { id, name, avatar }, kind, outcome, at: new Date(at).toISOString(), by: session.value?.account?.id ?? '', status: 'held'
  }
  contacts.drafts.unshift(draft)
  timer = setTimeout(sendHeld, undoable)
  said = recordedWords(draft)
  showToast(said, { label: t('contacts.undo'), run: () => undo(draft.id) })
}

export function undo(id: string): void {
  const held = contacts.drafts.find((one) => one.id === id)
  if (held?.status !== 'held') return
  clearTimeout(timer)
  drop(id)
  showToast(t('contacts.undone', { what: contactWords(held) }))
}

/** `leaving`: the page may be gone before the answer comes. */
export function sendHeld(leaving = false): void {
  clearTimeout(timer)
  if (toast.text === said) hideToast()
  for (const one of contacts.drafts) if (one.status === 'held') void send(one.id, leaving)
}

export async function send(id: string, leaving = false): Promise<void> {
  const draft = contacts.drafts.find((one) => one.id === id)
  if (!draft || draft.status === 'sending') return
  draft.status = 'sending'
  draft.fault = undefined
  try {
    take(await server.postContact(draft, { keepalive: leaving }))
    drop(id)
  } catch (fault) {
    draft.status = 'failed'
    draft.fault = fault
    if (route.path !== page) showToast(t('contacts.failed', { what: contactWords(draft) }), { label: t('contacts.look'), run: () => navigate(page) })
  }
}

export function drop(id: string): void {
  contacts.drafts = contacts.drafts.filter((one) => one.id !== id)
}

function take(contact: Contact): void {
  const others = contacts.list?.filter((one) => one.id !== contact.id)
  contacts.list = others && [contact, ...others].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
}

let toldAsked = 0

/** Reading is written down for the young person: only while the list is on screen. */
export async function loadTold(background = false): Promise<void> {
  const mine = ++toldAsked
  try {
    const { told } = await server.getTold({ background })
    if (mine !== toldAsked) return
    Object.assign(contacts, { told, toldFault: undefined, waiting: 0 })
  } catch (fault) {
    if (mine === toldAsked) contacts.toldFault = fault
  }
}

async function loadWaiting(): Promise<void> {
  try {
    contacts.waiting = (await server.getToldWaiting({ background: true })).waiting
  } catch {
    // The number known stays; that nothing can be reached is said elsewhere.
  }
}

/** Keeps the number beside "Contacts" true, and sends what waits to be undone before the page is left. */
export function watchContacts(): () => void {
  const leaving = (): void => sendHeld(true)
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') leaving()
  }
  document.addEventListener('visibilitychange', hidden)
  addEventListener('pagehide', leaving)
  const off = onLive(() => void loadWaiting())
  void loadWaiting()
  return () => {
    document.removeEventListener('visibilitychange', hidden)
    removeEventListener('pagehide', leaving)
    off()
    leaving()
    forget()
  }
}

/** Behind the lock nothing stays but what could not be recorded yet; after signing out not even that. */
function forget(): void {
  loads++
  toldAsked++
  if (!session.value?.signedIn) contacts.drafts = []
  Object.assign(contacts, { people: undefined, list: undefined, fault: undefined, told: undefined, toldFault: undefined, waiting: 0 })
}
