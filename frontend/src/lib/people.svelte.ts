// The adults this young person can reach. Remembered on the device: choosing who sees a card works without signal.
import { untrack } from 'svelte'
import { api } from './http'
import { meta } from './idb'
import type { TrustedPerson } from './types'

export const people = $state<{ list: TrustedPerson[]; known: boolean }>({ list: [], known: false })

export async function loadPeople(): Promise<void> {
  if (!untrack(() => people.known)) {
    const kept = await meta('young').get<TrustedPerson[]>('people')
    if (kept && !people.known) {
      people.list = kept
      people.known = true
    }
  }
  const answer = await api('young').get<{ people: TrustedPerson[] }>('/people', { background: true })
  people.list = answer.people
  people.known = true
  await meta('young').set('people', answer.people)
}

export function forgetPeople(): void {
  people.list = []
  people.known = false
}
