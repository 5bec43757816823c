import type { MessageKey } from '../../lib/i18n.svelte'
import type { ProposedRelation, YoungPerson } from './types'

export const circle = $state({
  people: undefined as YoungPerson[] | undefined,
  proposed: [] as ProposedRelation[],
  fault: undefined as unknown,
  confirmFault: undefined as unknown
})

const roles = ['keyworker', 'cover', 'lead', 'safeguarding'] as const

export function relationWords(role: string): MessageKey {
  return `people.relation.${roles.find((one) => one === role) ?? 'other'}`
}

const kinds = ['keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of', 'family_of', 'placing_for', 'placement_of', 'served_by', 'analyst_of', 'commissioner_of'] as const

export function relationLine(kind: string): MessageKey {
  return `relations.line.${kinds.find((one) => one === kind) ?? 'other'}`
}

/** Who waits comes first, then by name. */
export function inOrder(people: YoungPerson[], locale: string): YoungPerson[] {
  return [...people].sort((a, b) => Number(b.waiting > 0) - Number(a.waiting > 0) || a.name.localeCompare(b.name, locale))
}

export function mayMakeCode(person: YoungPerson): boolean {
  return roles.some((role) => role === person.relation)
}

export function leads(sessionRoles: string[] | undefined): boolean {
  return sessionRoles?.some((role) => role === 'lead' || role === 'safeguarding') ?? false
}

/** Whose cards do not come to this lead anyway: only for them does breaking the glass open anything. */
export function behindGlass(people: YoungPerson[]): YoungPerson[] {
  return people.filter((person) => person.relation === 'lead' || person.relation === 'safeguarding')
}
