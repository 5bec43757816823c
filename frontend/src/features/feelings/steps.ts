// A card's history as steps: filled where there is evidence, hollow for what has not happened.
import { t, time } from '../../lib/i18n.svelte'
import { type Said, sayEvent } from '../../lib/say'
import type { Card, EventKind } from '../../lib/types'
import type { IconName } from '../../ui/icon-names'

export interface Step {
  key: string
  icon: IconName
  text: string
  sub?: string
  done: boolean
}

const icons: Record<EventKind, IconName> = {
  received: 'check', alerting: 'bell-ring', no_channel: 'bell-off', seen: 'eye', promised: 'clock', handed_over: 'repeat',
  words: 'message-circle', here: 'footprints', overdue: 'circle-alert', check: 'circle-help', check_yes: 'check', check_no: 'x',
  check_not_yet: 'clock', closed: 'circle-check', reopened: 'rotate-ccw', withdrawn: 'undo-2', checked_on: 'shield-check',
  escalated: 'users', nobody: 'circle-alert', off_shift: 'log-out'
}

export function stepsOf(card: Card, said: Said): Step[] {
  const past: Step[] = card.events.map((event, i) => ({
    key: `${event.kind}-${event.at}-${i}`,
    icon: icons[event.kind] ?? 'info',
    text: sayEvent(event),
    sub: event.words ? t('event.quote', { words: event.words }) : time(event.at),
    done: true
  }))
  const tapped: Step = { key: 'tapped', icon: 'hand', text: t('event.tapped'), sub: t('event.tapped_about', { time: time(card.tappedAt) }), done: true }
  return [tapped, ...past, ...ahead(card, said)]
}

function ahead(card: Card, said: Said): Step[] {
  if (card.state === 'received' || card.state === 'alerting' || card.state === 'no_channel') {
    return [{ key: 'ahead-seen', icon: 'eye', text: t('event.not_seen_yet'), sub: said.next, done: false }]
  }
  return said.next ? [{ key: 'ahead-next', icon: 'users', text: said.next, done: false }] : []
}
