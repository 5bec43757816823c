import type { ServiceAnswered } from './types'

export const answered = $state({
  services: undefined as ServiceAnswered[] | undefined,
  /** The server's time of what is shown. */
  at: '',
  fault: undefined as unknown
})

/** Who leads or safeguards something: the page is nobody else's. */
export function leadsHere(roles: string[] | undefined): boolean {
  return roles?.some((role) => role === 'lead' || role === 'safeguarding') ?? false
}
