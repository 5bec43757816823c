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
      return who ? { key: 'row.here', params: { who } } : { key: 'row.hereSomeone', params: {} }
    case 'overdue':
      return who && item.by ? { key: 'row.overdue', params: { who, time: time(item.by) } } : { key: 'row.overduePlain', params: {} }
    case 'seen':
      if (item.who?.id === me) return { key: 'row.seenYou', params: {} }
      return who ? { key: 'row.seen', params: { who } } : { key: 'row.seenSomeone', params: {} }
    case 'no_channel':
      return { key: 'row.noChannel', params: {} }
    case 'check':
      return { key: 'row.check', params: { name: item.youngPerson.name } }
    default:
      return need && { key: need, params: {} }
  }
}
