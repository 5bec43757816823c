// Whom a card goes to, when it is changed.
import type { TrustedPerson } from '../../lib/types'

/** Switching one adult. The last member of staff can't be switched off: someone must be able to answer. */
export function toggleAudience(list: TrustedPerson[], audience: string[], id: string): string[] {
  if (!audience.includes(id)) return [...audience, id]
  const left = audience.filter((one) => one !== id)
  return list.some((one) => one.staff && left.includes(one.id)) ? left : audience
}

/** The adults a card is to pass by: those who would get it by themselves, and were switched off. */
export function switchedOff(list: TrustedPerson[], audience: string[]): string[] {
  return list.filter((one) => (one.default || one.role === 'safeguarding') && !audience.includes(one.id)).map((one) => one.id)
}
