import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { JoinCode, ProposedRelation, YoungPerson } from './types'

export const getYoungPeople = (options: CallOptions) => staffApi().get<{ people: YoungPerson[] }>('/young-people', options)
export const postJoinCode = (id: string) => staffApi().post<JoinCode>(`/young-people/${encodeURIComponent(id)}/join-code`)
export const getProposed = (options: CallOptions) => staffApi().get<{ relations: ProposedRelation[] }>('/relations/proposed', options)
export const postConfirm = (id: string) => staffApi().post<unknown>(`/relations/${encodeURIComponent(id)}/confirm`)
export const postBreakGlass = (youngPersonId: string, reason: string) => staffApi().post<{ until: string }>('/break-glass', { youngPersonId, reason })
