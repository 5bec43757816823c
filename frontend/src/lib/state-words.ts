// THE table: the only words that may be shown for a card's state. No screen composes its own.
// Pure: state in, message key and params out; both places and the golden file use it.
import type { MessageKey } from './i18n.svelte'
import type { Params } from './message'
import type { CardEvent, CardState, EventKind, Promised, Status } from './types'

export interface Words {
  key: MessageKey
  params: Params
}

/** How the panel looks: waiting is pale, a person's answer is solid, a question asks, the rest is at rest. */
export type Tone = 'wait' | 'answered' | 'ask' | 'rest' | 'fault'

export interface StateWords {
  tone: Tone
  say: Words
  /** What happens next, from the due row; absent when nothing is due. */
  next?: Words
}

export interface WordsContext {
  /** A number to call, as people say it: the duty line, or Childline. */
  call: string
  time(at: string): string
  /** "I don't feel safe" and "sit with me": an adult still checks after taking back. */
  checked?: boolean
  /** The member of staff who closed it; absent when the young person did. */
  closedBy?: string
  /** The history is not at hand, so nobody can say who closed it. */
  closer?: 'unknown'
}

interface Row {
  tone: Tone
  /** With the person's name; `alone` is said when the server names nobody. */
  named?: MessageKey
  alone: MessageKey
}

const table: Record<CardState, Row> = {
  on_phone: { tone: 'wait', alone: 'state.on_phone' },
  not_saved: { tone: 'fault', alone: 'state.not_saved' },
  refused: { tone: 'fault', alone: 'state.refused' },
  received: { tone: 'wait', alone: 'state.received' },
  alerting: { tone: 'wait', named: 'state.alerting', alone: 'state.alerting_alone' },
  no_channel: { tone: 'fault', named: 'state.no_channel', alone: 'state.no_channel_alone' },
  seen: { tone: 'answered', named: 'state.seen', alone: 'state.seen_alone' },
  promised: { tone: 'answered', named: 'state.promised_coming', alone: 'state.promised_alone' },
  here: { tone: 'answered', named: 'state.here', alone: 'state.here_alone' },
  overdue: { tone: 'fault', named: 'state.overdue', alone: 'state.overdue_alone' },
  check: { tone: 'ask', named: 'state.check', alone: 'state.check_alone' },
  closed: { tone: 'rest', alone: 'state.closed' },
  withdrawn: { tone: 'rest', alone: 'state.withdrawn' },
  kept: { tone: 'rest', alone: 'state.kept' }
}

export const states = Object.keys(table) as CardState[]

const promises: Record<Promised, MessageKey> = {
  coming: 'state.promised_coming',
  sit: 'state.promised_sit',
  talk: 'state.promised_talk'
}

function key(status: Status, row: Row, context: WordsContext): MessageKey {
  if (status.state === 'withdrawn' && context.checked) return 'state.withdrawn_checked'
  if (status.state === 'closed' && context.closedBy) return 'state.closed_by'
  if (status.state === 'closed' && context.closer === 'unknown') return 'state.closed_plain'
  if (status.state === 'promised' && status.who) return status.by ? promises[status.promise ?? 'coming'] : 'state.promised_open'
  // "Saw this at …" needs the moment; without it the shorter truth.
  if (status.state === 'seen' && !status.at) return 'state.seen_alone'
  return status.who && row.named ? row.named : row.alone
}

function next(status: Status, context: WordsContext): Words | undefined {
  const due = status.next
  if (due?.kind === 'handed_over' && due.who) return { key: 'next.handed_over', params: { who: due.who.name } }
  if (due?.kind === 'promise_due' && due.at && status.state === 'promised') {
    return { key: 'next.promise_due', params: { at: context.time(due.at) } }
  }
  if (status.state === 'on_phone') return { key: 'next.on_phone', params: {} }
  return undefined
}

export function stateWords(status: Status, context: WordsContext): StateWords {
  const row = table[status.state]
  const params: Params = {
    who: context.closedBy ?? status.who?.name ?? '',
    at: status.at ? context.time(status.at) : '',
    by: status.by ? context.time(status.by) : '',
    call: context.call
  }
  return { tone: row.tone, say: { key: key(status, row, context), params }, next: next(status, context) }
}

const eventKeys: Record<EventKind, MessageKey> = {
  received: 'event.received',
  alerting: 'event.alerting',
  no_channel: 'event.no_channel',
  seen: 'event.seen',
  promised: 'state.promised_coming',
  handed_over: 'event.handed_over',
  words: 'event.words',
  here: 'state.here',
  overdue: 'event.overdue',
  check: 'event.check',
  check_yes: 'event.check_yes',
  check_no: 'event.check_no',
  check_not_yet: 'event.check_not_yet',
  closed: 'event.closed',
  reopened: 'event.reopened',
  withdrawn: 'event.withdrawn',
  checked_on: 'event.checked_on'
}

export const eventKinds = Object.keys(eventKeys) as EventKind[]

/** One line of a card's history. `mine` is the young person's own id: their press is "you". */
export function eventWords(event: CardEvent, context: Pick<WordsContext, 'time'>, mine?: string): Words {
  const who = event.who && event.who.id !== mine ? event.who.name : ''
  const params: Params = { who, by: event.by ? context.time(event.by) : '' }
  if (event.kind === 'promised') return { key: event.by ? promises[event.promise ?? 'coming'] : 'state.promised_open', params }
  if (event.kind === 'closed' && who) return { key: 'event.closed_by', params }
  if ((event.kind === 'alerting' || event.kind === 'no_channel' || event.kind === 'overdue') && !who) return { key: `event.${event.kind}_alone`, params }
  return { key: eventKeys[event.kind] ?? 'event.other', params }
}
