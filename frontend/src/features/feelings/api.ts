import { api } from '../../lib/http'
import type { Card } from '../../lib/types'

export const fetchCards = (): Promise<{ cards: Card[]; serverTime: string }> => api('young').get('/cards', { background: true })
