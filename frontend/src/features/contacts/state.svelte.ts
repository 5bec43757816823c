import { ApiError } from '../../lib/http'
import type { Contact, Draft, MyPerson, Told } from './types'

export const contacts = $state({
  people: undefined as MyPerson[] | undefined,
  list: undefined as Contact[] | undefined,
  fault: undefined as unknown,
  /** Newest first. */
  drafts: [] as Draft[],
  told: undefined as Told[] | undefined,
  toldFault: undefined as unknown,
  /** How much of what this worker was told they haven't read. */
  waiting: 0
})

const recording = ['keyworker', 'cover', 'lead', 'safeguarding', 'team']

/** With whom this worker can have a contact, by name. Breaking the glass is for reading only. */
export function recordable(people: MyPerson[], locale: string): MyPerson[] {
  return people.filter((one) => recording.includes(one.relation)).sort((a, b) => a.name.localeCompare(b.name, locale))
}

/** Those whose name has every part of what was typed. */
export function named(people: MyPerson[], typed: string, locale: string): MyPerson[] {
  const parts = typed.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean)
  return people.filter((one) => parts.every((part) => one.name.toLocaleLowerCase(locale).includes(part)))
}

/** Trying again can help: what was recorded isn't what stands in the way. */
export function canRetry(fault: unknown): boolean {
  return !(fault instanceof ApiError) || (fault.code !== 'invalid' && fault.code !== 'not_found')
}
