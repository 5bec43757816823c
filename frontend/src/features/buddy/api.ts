import { api } from '../../lib/http'
import type { Buddying } from './state.svelte'

export const fetchBuddying = (): Promise<Buddying> => api('young').get('/buddy', { background: true })
