import { staffApi } from '../../lib/staff-api'
import type { Notice } from './types'

export const getNotices = () => staffApi().get<{ notices: Notice[] }>('/notices', { background: true }).then((answer) => answer.notices)
