import { api } from '../../lib/http'
import type { Card, CardStatus } from '../../lib/types'

const young = api('young')

export type CheckAnswer = 'yes' | 'no' | 'not_yet'

/** Something of theirs that came and could not be taken. Without `what` nobody could open it. */
export interface RefusedThing {
  at: string
  what?: string
  reason: string
}

export const fetchRefused = (): Promise<{ refused: RefusedThing[] }> => young.get('/refused', { background: true })
export const fetchCard = (id: string): Promise<Card> => young.get(`/cards/${encodeURIComponent(id)}`, { background: true })
export const fetchStatus = (id: string): Promise<CardStatus> => young.get(`/cards/${encodeURIComponent(id)}/status`, { background: true })
export const withdraw = (id: string, version: number): Promise<Card> => young.post(`/cards/${encodeURIComponent(id)}/withdraw`, { version })
export const close = (id: string, version: number): Promise<Card> => young.post(`/cards/${encodeURIComponent(id)}/close`, { version })
export const reopen = (id: string, version: number): Promise<Card> => young.post(`/cards/${encodeURIComponent(id)}/reopen`, { version })
export const check = (id: string, version: number, answer: CheckAnswer): Promise<Card> => young.post(`/cards/${encodeURIComponent(id)}/check`, { version, answer })
