import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { AnswerBody, CardsOf, InboxAnswer, StaffCard } from './types'

const card = (id: string) => `/cards/${encodeURIComponent(id)}`

export const getInbox = (options: CallOptions) => staffApi().get<InboxAnswer>('/inbox', options)
export const getCard = (id: string, options: CallOptions) => staffApi().get<StaffCard>(card(id), options)
export const postSeen = (id: string, version: number) => staffApi().post<StaffCard>(`${card(id)}/seen`, { version })
export const postAnswer = (id: string, version: number, answer: AnswerBody) => staffApi().post<StaffCard>(`${card(id)}/answer`, { version, ...answer })
export const postHere = (id: string, version: number) => staffApi().post<StaffCard>(`${card(id)}/here`, { version })
export const postMet = (id: string, version: number) => staffApi().post<StaffCard>(`${card(id)}/met`, { version })
export const postClose = (id: string, version: number, reason: string) => staffApi().post<StaffCard>(`${card(id)}/close`, { version, reason })
export const postCheckedOn = (id: string, version: number) => staffApi().post<StaffCard>(`${card(id)}/checked-on`, { version })
export const getCardsOf = (youngPersonId: string) => staffApi().get<CardsOf>(`/young-people/${encodeURIComponent(youngPersonId)}/cards`)
export const getOpen = (alertId: string) => staffApi().get<{ cardId?: string; testId?: string }>(`/open/${encodeURIComponent(alertId)}`)
