import { staffApi } from '../../lib/staff-api'
import type { Limits } from './types'

const of = (serviceId: string) => `/services/${encodeURIComponent(serviceId)}/limits`

export const getLimits = (serviceId: string) => staffApi().get<Limits>(of(serviceId), { background: true })
export const putLimits = (serviceId: string, { notSafe, sitWithMe, other }: Limits) => staffApi().put<unknown>(of(serviceId), { notSafe, sitWithMe, other })
