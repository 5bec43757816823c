import { ApiError } from '../../lib/http'
import { isDate, monday } from './week'
import type { RotaAnswer, RotaTeam, Shift, ShiftTime, Span } from './types'

export const rota = $state({
  answer: undefined as RotaAnswer | undefined,
  /** What the answer on screen was asked with: the Monday of its week. */
  from: '',
  /** When it was last known to be true (this device's clock). */
  at: 0,
  fault: undefined as unknown,
  busy: false,
  /** Why the last press did not go through. */
  pressFault: undefined as unknown
})

export function teamOf(answer: RotaAnswer | undefined): RotaTeam | undefined {
  return answer?.teams.find((team) => team.id === answer.team)
}

export function mayEdit(answer: RotaAnswer | undefined): boolean {
  return teamOf(answer)?.may === 'edit'
}

export function shiftOf(answer: RotaAnswer | undefined, time: Pick<ShiftTime, 'shiftId'>): Shift | undefined {
  return answer?.shifts.find((shift) => shift.id === time.shiftId)
}

/** Nothing was ever planned here: not a gap, but no rota. */
export function noRota(answer: RotaAnswer): boolean {
  return answer.shifts.length === 0 && answer.times.length === 0
}

/** Team and week as the address says; the week of today without it. */
export function asked(search: string, today: string): { team: string; from: string } {
  const query = new URLSearchParams(search)
  const from = query.get('from') ?? ''
  return { team: query.get('team') ?? '', from: monday(isDate(from) ? from : today) }
}

export type Refusal =
  | { reason: 'gap' | 'overlap' | 'reversed' | 'too_long'; span?: Span; person?: string; more: number; text: string }
  | undefined

/** What the server has against a plan, with the place; nothing when it is a fault like any other. */
export function refusalOf(fault: unknown): Refusal {
  if (!(fault instanceof ApiError) || fault.code !== 'invalid') return undefined
  const { reason, fields } = fault
  if (reason !== 'gap' && reason !== 'overlap' && reason !== 'reversed' && reason !== 'too_long') return undefined
  const { startsAt, endsAt, person, more, ...rest } = fields
  const span = startsAt && endsAt && !Number.isNaN(Date.parse(startsAt)) && !Number.isNaN(Date.parse(endsAt)) ? { startsAt, endsAt } : undefined
  return { reason, span, person, more: Number(more) || 0, text: Object.values(rest).join(' ') }
}
