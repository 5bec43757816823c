import { api } from '../../lib/http'
import type { Questions } from './feedback.svelte'
import { fetchSound } from '../../lib/sound'
import type { ListenedAnswer, SaidItem } from './types'

const young = api('young')

export const fetchListened = (): Promise<ListenedAnswer> => young.get('/listened', { background: true })
export const fetchSaid = (): Promise<{ items: SaidItem[] }> => young.get('/you-said', { background: true })
export const fetchQuestions = (): Promise<Questions> => young.get('/feedback', { background: true })
export const fetchVoice = (id: string): Promise<Blob> => fetchSound('young', `/listened/${encodeURIComponent(id)}/voice`)
