import type { Person } from '../../lib/types'

export const roles = ['cover', 'team', 'on_call'] as const
export type Role = (typeof roles)[number]

export const repeats = ['none', 'daily', 'weekdays', 'weekly', 'fortnightly'] as const
export type Repeat = (typeof repeats)[number]

/** What is planned. Days are "2026-11-24", times "07:30", both by the clock of the rota's time zone. */
export interface ShiftBody {
  teamId: string
  personId: string
  role: Role
  date: string
  from: string
  to: string
  endsNextDay: boolean
  repeat: Repeat
  until?: string
}

export interface ShiftException {
  date: string
  kind: 'off' | 'changed'
  from?: string
  to?: string
  endsNextDay?: boolean
  personId?: string
}

export interface Shift extends Omit<ShiftBody, 'personId'> {
  id: string
  person: Person
  exceptions: ShiftException[]
}

/** One shift on one day, as it will really be. */
export interface ShiftTime {
  shiftId: string
  date: string
  startsAt: string
  endsAt: string
  person: Person
  role: Role
  /** This day is not as the others of its series. */
  changed: boolean
  onDuty: boolean
}

export interface Span {
  startsAt: string
  endsAt: string
}

export interface RotaTeam {
  id: string
  name: string
  may: 'edit' | 'read'
  service?: { id: string; name: string }
}

export interface RotaAnswer {
  teams: RotaTeam[]
  team: string
  timeZone: string
  people: Person[]
  times: ShiftTime[]
  gaps: Span[]
  shifts: Shift[]
}
