import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { Answered } from './types'

export const getAnswered = (options: CallOptions) => staffApi().get<Answered>('/answered', options)
