import { moment } from '../../lib/moment'
import { session } from '../../lib/session.svelte'
import type { WordsContext } from '../../lib/state-words'
import type { StaffCard } from './types'

// What a young person without a duty line is told to call: Childline.
const childline = '0800 1111'

/** The same context the young person's own screen uses, so that the words come out the same. */
export function wordsContext(card: StaffCard): WordsContext {
  const closed = card.state === 'closed' ? card.events.findLast((event) => event.kind === 'closed') : undefined
  return {
    call: session.value?.organisation?.dutyPhone || childline,
    time: (at) => moment(at),
    checked: card.kind === 'not_safe' || card.need === 'sit_with_me' || card.card === 'sit_with_me',
    closedBy: closed?.who && closed.who.id !== card.youngPerson.id ? closed.who.name : undefined
  }
}
