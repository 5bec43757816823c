// A card's history as steps: filled where there is evidence, hollow for what has not happened.
import { type MessageKey, t, time } from '../../lib/i18n.svelte'
import { type Said, sayEvent } from '../../lib/say'
import type { Card, CardEvent, EventKind } from '../../lib/types'
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
    sub: event.words ? t('event.quote', { words: event.words }) : [time(event.at), levelOf(event)].filter(Boolean).join(' · '),
    done: true
  }))
  const tapped: Step = { key: 'tapped', icon: 'hand', text: t('event.tapped'), sub: t('event.tapped_about', { time: time(card.tappedAt) }), done: true }
  return [tapped, ...past, ...ahead(card, said)]
}

/** Who that is, in plain words, where Heard went on to the next ones. */
function levelOf(event: CardEvent): string {
  const further = event.kind === 'escalated' || event.kind === 'overdue' || event.kind === 'no_channel'
  return further && event.told && event.level && event.level > 1 ? t(`level.${event.level}` as MessageKey, { who: event.told.name }) : ''
}

/** Since the last time it began: opening it again, "no" and "not yet" begin anew. */
function pressed(card: Card): boolean {
  const from = card.events.findLastIndex((event) => ['received', 'reopened', 'check_no', 'check_not_yet'].includes(event.kind))
  return card.events.slice(from + 1).some((event) => event.kind === 'seen')
}

function ahead(card: Card, said: Said): Step[] {
  if (['received', 'alerting', 'no_channel', 'overdue', 'nobody'].includes(card.state) && !pressed(card)) {
    return [{ key: 'ahead-seen', icon: 'eye', text: t('event.not_seen_yet'), sub: said.next, done: false }]
  }
  return said.next ? [{ key: 'ahead-next', icon: 'users', text: said.next, done: false }] : []
}
