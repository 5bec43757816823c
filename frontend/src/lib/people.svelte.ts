// The adults this young person can reach, and who of them is on now. Remembered in the person's own store: choosing
// who sees a card works without signal.
import { untrack } from 'svelte'
import { onForget } from './forget'
import { api } from './http'
import type { Rota, TrustedPerson } from './types'
import { vaultGet, vaultSet } from './vault'

interface PeopleAnswer {
  people: TrustedPerson[]
  rota?: Rota
  serverTime?: string
}

/** `at` is when the server said so; `remembered` means that it has not said so again since this page opened. */
export const people = $state<{ list: TrustedPerson[]; known: boolean; rota?: Rota; at?: string; remembered: boolean }>({ list: [], known: false, remembered: false })

function show(answer: PeopleAnswer, remembered: boolean): void {
  people.list = answer.people
  people.rota = answer.rota
  people.at = answer.serverTime
  people.remembered = remembered
  people.known = true
}

export async function loadPeople(): Promise<void> {
  if (!untrack(() => people.known)) {
    const kept = await vaultGet<PeopleAnswer>('people')
    if (kept?.people && !people.known) show(kept, true)
  }
  const answer = await api('young').get<PeopleAnswer>('/people', { background: true })
  show(answer, false)
  await vaultSet('people', answer)
}

export function forgetPeople(): void {
  show({ people: [] }, false)
  people.known = false
}

onForget(forgetPeople)
