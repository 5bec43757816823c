import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { DutyAnswer } from './types'

export const getDuty = (options: CallOptions) => staffApi().get<DutyAnswer>('/duty', options)
export const postAsk = () => staffApi().post<unknown>('/duty/ask')
