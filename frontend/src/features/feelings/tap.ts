// A tap becomes a card. Shown at once; the outbox sees to the rest.
import { sendCard } from '../../lib/outbox-page.svelte'
import { people } from '../../lib/people.svelte'
import type { CardBody, CardKind, Intensity } from '../../lib/types'
import { uuidv7 } from '../../lib/uuid'
import { switchedOff } from './audience'

export interface Draft {
  card: string
  kind: CardKind
  intensity?: Intensity
  need?: string
  words?: string
  audience: string[]
}

export function bodyOf(draft: Draft, kept: boolean): CardBody {
  const words = draft.words?.trim()
  return {
    id: uuidv7(),
    card: draft.card,
    kind: draft.kind,
    ...(draft.intensity && { intensity: draft.intensity }),
    ...(draft.need && { need: draft.need }),
    ...(words && { words: words.slice(0, 1000) }),
    audience: kept ? [] : draft.audience,
    // Without a known list nobody can have been switched off: then the server's own default holds.
    ...(people.list.length > 0 && !kept && { switchedOff: switchedOff(people.list, draft.audience) }),
    kept,
    tappedAt: new Date().toISOString()
  }
}

/** Returns the id under which the card's page shows it from now on. */
export async function tap(draft: Draft, kept = false): Promise<string> {
  const body = bodyOf(draft, kept)
  await sendCard(body)
  return body.id
}
