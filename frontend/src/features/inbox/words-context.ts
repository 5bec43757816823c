import { moment } from '../../lib/i18n.svelte'
import { callLine, stillChecked } from '../../lib/say'
import type { WordsContext } from '../../lib/state-words'
import type { StaffCard } from './types'

/** The same context the young person's own screen uses, so that the words come out the same. */
export function wordsContext(card: StaffCard): WordsContext {
  const closed = card.events.findLast((event) => event.kind === 'closed')
  return {
    call: callLine(),
    time: (at) => moment(at),
    checked: stillChecked(card),
    closedBy: closed?.who && closed.who.id !== card.youngPerson.id ? closed.who.name : undefined
  }
}
