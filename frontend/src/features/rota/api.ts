import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { RotaAnswer, ShiftBody, ShiftException } from './types'

const part = encodeURIComponent
const one = (id: string) => `/rota/shifts/${part(id)}`
const dayOf = (id: string, date: string) => `${one(id)}/exceptions/${part(date)}`
const anyway = (allowGaps: boolean) => (allowGaps ? '?allowGaps=true' : '')

export function getRota(query: { team: string; from: string; days: number }, options: CallOptions): Promise<RotaAnswer> {
  const team = query.team ? `team=${part(query.team)}&` : ''
  return staffApi().get<RotaAnswer>(`/rota?${team}from=${part(query.from)}&days=${query.days}`, options)
}
export const postShift = (body: ShiftBody, allowGaps: boolean) => staffApi().post<{ id: string }>('/rota/shifts', { ...body, allowGaps })
export const putShift = (id: string, body: ShiftBody, allowGaps: boolean) => staffApi().put<unknown>(one(id), { ...body, allowGaps })
export const deleteShift = (id: string, allowGaps: boolean) => staffApi().delete<unknown>(one(id) + anyway(allowGaps))
export const putException = (id: string, { date, ...body }: ShiftException, allowGaps: boolean) => staffApi().put<unknown>(dayOf(id, date), { ...body, allowGaps })
export const deleteException = (id: string, date: string, allowGaps: boolean) => staffApi().delete<unknown>(dayOf(id, date) + anyway(allowGaps))
