import type { Person } from '../../lib/types'

export interface Notice {
  id: string
  kind: 'rota_gap' | 'no_lead' | 'break_glass'
  team?: { id: string; name: string }
  startsAt?: string
  /** Absent on a gap without an end in sight. */
  endsAt?: string
  openedAt: string
  /** Another lead who opened a young person’s cards for an hour. */
  who?: Person
  youngPerson?: Person
}
