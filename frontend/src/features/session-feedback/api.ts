import { staffApi } from '../../lib/staff-api'
import type { FeedbackService } from './types'

const of = (serviceId: string): string => `/services/${encodeURIComponent(serviceId)}/session-feedback`

export const getServices = () => staffApi().get<{ services: FeedbackService[] }>('/session-feedback', { background: true }).then((answer) => answer.services)
export const putFeedback = (serviceId: string, on: boolean) => staffApi().put<unknown>(of(serviceId), { on })

/** The file's text. To read it changes something, so it is no link. Days there, both included; none is without end. */
export const exportFile = (serviceId: string, from: string, to: string) => staffApi().post<{ csv: string }>(`${of(serviceId)}/export`, { from, to }, { timeout: 60_000 }).then((answer) => answer.csv)

/** Has the browser save a text, as if it had come by a link. */
export function saveFile(name: string, csv: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // some browsers begin late
}
