// The token stands in the body alone, and no cookie goes with it.
import { api } from '../../lib/http'
import type { Asked, Choice } from './types'

const open = api('young')
const nobody = { open: true, bare: true }

export const openLink = (token: string) => open.post<Asked>('/family/open', { token }, nobody)
export const postAnswer = (token: string, listened: Choice) => open.post<void>('/family/answer', { token, listened }, nobody)
/** Whether everybody here is made up. */
export const getDemo = () => open.get<{ demo: boolean }>('/session', { bare: true, background: true })
