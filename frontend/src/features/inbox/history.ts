// A card's history in a worker's words. The young person's own history has its own table (lib/state-words).
import type { MessageKey } from '../../lib/i18n.svelte'
import type { EventKind, Promised } from '../../lib/types'
import type { IconName } from '../../ui/icon-names'
import type { Told } from './headline'
import type { StaffEvent } from './types'

const icons: Record<EventKind, IconName> = {
  received: 'check', alerting: 'bell-ring', no_channel: 'bell-off', seen: 'eye', promised: 'clock', handed_over: 'repeat', words: 'message-circle',
  here: 'heart-handshake', overdue: 'circle-alert', check: 'circle-help', check_yes: 'check', check_no: 'x', check_not_yet: 'clock', closed: 'archive',
  escalated: 'users', nobody: 'circle-alert', off_shift: 'door-open', reopened: 'rotate-ccw', withdrawn: 'undo-2', checked_on: 'shield-check'
}

export function eventIcon(kind: EventKind): IconName {
  return icons[kind] ?? 'info'
}

const promised: Record<Promised, MessageKey> = { coming: 'history.coming', sit: 'history.sit', talk: 'history.talk' }
const aloneToo = new Set<EventKind>(['alerting', 'no_channel', 'overdue', 'escalated', 'off_shift'])

export interface Tellers {
  /** The young person. */
  name: string
  someone: string
  time: (at: string) => string
}

export function told(event: StaffEvent, { name, someone, time }: Tellers): Told {
  const who = event.kind === 'handed_over' ? (event.to ?? event.who) : event.kind === 'escalated' ? (event.told ?? event.who) : event.who
  const params = { name, who: who?.name ?? someone, time: event.by ? time(event.by) : '' }
  if (!(event.kind in icons)) return { key: 'history.other', params }
  if (event.kind === 'promised') return { key: event.by ? promised[event.promise ?? 'coming'] : 'history.promised', params }
  if (aloneToo.has(event.kind) && !who) return { key: `history.${event.kind}.alone` as MessageKey, params }
  return { key: `history.${event.kind}`, params }
}
