// The second line of a row in Now: what stands between the young person and an answer. Staff words; what the young
// person reads comes from lib/state-words alone.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { Promised } from '../../lib/types'
import { needLine, type Told } from './headline'
import type { InboxItem } from './types'

const promised: Record<Promised, MessageKey> = { coming: 'row.coming', sit: 'row.sit', talk: 'row.talk' }

export function rowLine(item: InboxItem, me: string, time: (at: string) => string): Told | undefined {
  const who = item.who?.name ?? ''
  const need = needLine(item)
  if (item.withdrawnCheck) return { key: 'row.takenBack', params: {} }
  if (item.handedToMe) return { key: 'row.handed', params: {} }
  switch (item.state) {
    case 'promised':
      return who && item.by ? { key: promised[item.promise ?? 'coming'], params: { who, time: time(item.by) } } : undefined
    case 'here':
      return { key: 'row.here', params: { who } }
    case 'overdue':
      return who && item.by ? { key: 'row.overdue', params: { who, time: time(item.by) } } : { key: 'row.overduePlain', params: {} }
    case 'seen':
      return item.who?.id === me ? { key: 'row.seenYou', params: {} } : { key: 'row.seen', params: { who } }
    case 'no_channel':
      return { key: 'row.noChannel', params: {} }
    case 'check':
      return { key: 'row.check', params: { name: item.youngPerson.name } }
    default:
      return need && { key: need, params: {} }
  }
}
