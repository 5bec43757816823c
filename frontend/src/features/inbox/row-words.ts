// The second line of a row in Now: what stands between the young person and an answer. Staff words; what the young
// person reads comes from lib/state-words alone.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { Promised } from '../../lib/types'
import { needLine, type Told } from './headline'
import type { InboxItem } from './types'

const promised: Record<Promised, MessageKey> = { coming: 'row.coming', sit: 'row.sit', talk: 'row.talk' }

/** How far a card has gone, and whom Heard tells next and when. */
export function levelLines(item: Pick<InboxItem, 'state' | 'level' | 'next'>, time: (at: string) => string): Told[] {
  const lines: Told[] = []
  // Where nobody came, everyone was told: that is said above the row.
  if (item.level && item.level > 1 && item.state !== 'nobody') lines.push({ key: `level.${item.level as 2 | 3 | 4}`, params: {} })
  const { kind, at, who } = item.next ?? {}
  if (at && kind === 'tell_next') lines.push(who ? { key: 'row.next', params: { who: who.name, time: time(at) } } : { key: 'row.nextMore', params: { time: time(at) } })
  if (at && kind === 'again') lines.push({ key: 'row.again', params: { time: time(at) } })
  return lines
}

export function rowLine(item: InboxItem, me: string, time: (at: string) => string): Told | undefined {
  const who = item.who?.name ?? ''
  const need = needLine(item)
  if (item.withdrawnCheck) return { key: 'row.takenBack', params: {} }
  if (item.handedToMe) return { key: 'row.handed', params: {} }
  switch (item.state) {
    case 'promised':
      return who && item.by ? { key: promised[item.promise ?? 'coming'], params: { who, time: time(item.by) } } : undefined
    case 'here':
      return who ? { key: 'row.here', params: { who } } : { key: 'row.hereSomeone', params: {} }
    case 'overdue':
      return who && item.by ? { key: 'row.overdue', params: { who, time: time(item.by) } } : { key: 'row.overduePlain', params: {} }
    case 'seen':
      if (item.who?.id === me) return { key: 'row.seenYou', params: {} }
      return who ? { key: 'row.seen', params: { who } } : { key: 'row.seenSomeone', params: {} }
    case 'no_channel':
      return { key: 'row.noChannel', params: {} }
    case 'nobody':
      return who ? { key: 'row.nobodySeen', params: { who } } : { key: 'row.nobody', params: {} }
    case 'check':
      return { key: 'row.check', params: { name: item.youngPerson.name } }
    default:
      return need && { key: need, params: {} }
  }
}
