import { staffApi } from '../../lib/staff-api'
import type { PushAnswer } from './types'

export interface SubscriptionBody {
  endpoint: string
  keys: { p256dh: string; auth: string }
  label: string
}

const one = (id: string) => `/push/subscriptions/${encodeURIComponent(id)}`

export const getPush = () => staffApi().get<PushAnswer>('/push')
export const postSubscription = (body: SubscriptionBody, background: boolean) =>
  staffApi().post<{ id: string; moved: boolean }>('/push/subscriptions', body, { background })
export const deleteSubscription = (id: string) => staffApi().delete<unknown>(one(id))
export const postTest = (id: string) => staffApi().post<{ testId: string }>(`${one(id)}/test`)
export const postAnswer = (testId: string) => staffApi().post<unknown>(`/push/tests/${encodeURIComponent(testId)}/answer`)
