// THE table: the only words that may be shown for a card's state. No screen composes its own.
// Pure: state in, message key and params out; both places and the golden file use it.
import type { MessageKey } from './i18n.svelte'
import type { Params } from './message'
import type { CardEvent, CardState, EventKind, Next, Promised, Status } from './types'

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
  /** The same two when the server says whom it told next. */
  namedTold?: MessageKey
  aloneTold?: MessageKey
}

const table: Record<CardState, Row> = {
  on_phone: { tone: 'wait', alone: 'state.on_phone' },
  not_saved: { tone: 'fault', alone: 'state.not_saved' },
  refused: { tone: 'fault', alone: 'state.refused' },
  received: { tone: 'wait', alone: 'state.received' },
  alerting: { tone: 'wait', named: 'state.alerting', alone: 'state.alerting_alone' },
  no_channel: { tone: 'fault', named: 'state.no_channel', alone: 'state.no_channel_alone', namedTold: 'state.no_channel_told', aloneTold: 'state.no_channel_alone_told' },
  seen: { tone: 'answered', named: 'state.seen', alone: 'state.seen_alone' },
  promised: { tone: 'answered', named: 'state.promised_coming', alone: 'state.promised_alone' },
  here: { tone: 'answered', named: 'state.here', alone: 'state.here_alone' },
  overdue: { tone: 'fault', named: 'state.overdue', alone: 'state.overdue_alone', namedTold: 'state.overdue_told', aloneTold: 'state.overdue_alone_told' },
  // Named only when that person pressed before: then it would be false that no one has seen it.
  nobody: { tone: 'fault', named: 'state.nobody_seen', alone: 'state.nobody' },
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
  const told = status.told && status.told.id !== status.who?.id
  if (status.who && row.named) return (told && row.namedTold) || row.named
  return (told && row.aloneTold) || row.alone
}

/** Before anyone has pressed, people have to look; after that, to answer. Taken back: an adult still checks. */
function tellNext(status: Status, due: Next, context: WordsContext): Words | undefined {
  if (!due.at) return undefined
  const params: Params = { at: context.time(due.at), who: due.who?.name ?? '' }
  const named = due.who !== undefined
  switch (status.state) {
    case 'received':
    case 'alerting':
    case 'no_channel':
      return { key: named ? 'next.tell_next' : 'next.tell_more', params }
    case 'seen':
    case 'overdue':
    case 'nobody':
      return { key: named ? 'next.tell_next_answer' : 'next.tell_more_answer', params }
    case 'promised':
      return { key: named ? 'next.tell_next_promise' : 'next.promise_due', params }
    case 'withdrawn':
      return { key: named ? 'next.tell_next_check' : 'next.tell_more_check', params }
    default:
      return undefined
  }
}

// After a press the reminders go to a safeguarding lead only: "we try again" would sound as if no one had looked.
const unanswered: ReadonlySet<CardState> = new Set<CardState>(['received', 'alerting', 'no_channel', 'overdue', 'nobody'])

function next(status: Status, context: WordsContext): Words | undefined {
  const due = status.next
  if (due?.kind === 'handed_over' && due.who) return { key: 'next.handed_over', params: { who: due.who.name } }
  if (due?.kind === 'promise_due' && due.at && status.state === 'promised') {
    return { key: 'next.promise_due', params: { at: context.time(due.at) } }
  }
  if (due?.kind === 'tell_next') return tellNext(status, due, context)
  if (due?.kind === 'again' && due.at && unanswered.has(status.state)) return { key: 'next.again', params: { at: context.time(due.at) } }
  if (status.state === 'on_phone') return { key: 'next.on_phone', params: {} }
  return undefined
}

export function stateWords(status: Status, context: WordsContext): StateWords {
  const row = table[status.state]
  const params: Params = {
    who: context.closedBy ?? status.who?.name ?? '',
    told: status.told?.name ?? '',
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
  escalated: 'event.escalated',
  nobody: 'event.nobody',
  off_shift: 'event.off_shift',
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

// Lines that can also be said without a name, and lines that can add whom Heard told.
const aloneToo: ReadonlySet<EventKind> = new Set<EventKind>(['alerting', 'no_channel', 'overdue', 'escalated', 'off_shift'])

/** One line of a card's history. `mine` is the young person's own id: their press is "you". */
export function eventWords(event: CardEvent, context: Pick<WordsContext, 'time'>, mine?: string): Words {
  const named = event.kind === 'escalated' ? (event.told ?? event.who) : event.who
  const who = named && named.id !== mine ? named.name : ''
  const params: Params = { who, told: event.told?.name ?? '', by: event.by ? context.time(event.by) : '' }
  if (event.kind === 'promised') return { key: event.by ? promises[event.promise ?? 'coming'] : 'state.promised_open', params }
  if (event.kind === 'closed' && who) return { key: 'event.closed_by', params }
  if ((event.kind === 'no_channel' || event.kind === 'overdue') && who && event.told && event.told.id !== event.who?.id) return { key: `event.${event.kind}_told`, params }
  if (aloneToo.has(event.kind) && !who) return { key: `event.${event.kind}_alone` as MessageKey, params }
  return { key: eventKeys[event.kind] ?? 'event.other', params }
}
