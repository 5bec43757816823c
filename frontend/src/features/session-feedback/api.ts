import { staffApi } from '../../lib/staff-api'
import type { FeedbackService } from './types'

const of = (serviceId: string): string => `/services/${encodeURIComponent(serviceId)}/session-feedback`

export const getServices = () => staffApi().get<{ services: FeedbackService[] }>('/session-feedback', { background: true }).then((answer) => answer.services)
export const putFeedback = (serviceId: string, on: boolean) => staffApi().put<unknown>(of(serviceId), { on })

/** A file comes by a plain link: the browser saves what the server sends. Days there, both included; none is without end. */
export function fileAddress(serviceId: string, from: string, to: string): string {
  const query = new URLSearchParams(Object.entries({ from, to }).filter(([, day]) => day)).toString()
  return `/api/work${of(serviceId)}.csv${query && `?${query}`}`
}
