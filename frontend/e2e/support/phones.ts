// Young people who answer by the API alone, where a journey needs many of them: sealed as the app seals.
import { request } from '@playwright/test'
import { seal } from '../../src/lib/seal'
import type { TicketsAnswer } from '../../src/lib/tickets'
import type { ToldReceipt } from '../../src/lib/types'
import { uuidv7 } from '../../src/lib/uuid'

/** Joins with the six words, takes a ticket, and says how listened to they felt; nobody is told. Gives the period it counts in. */
export async function answerWith(code: string, face: 1 | 2 | 3 | 4 | 5, url: string): Promise<string> {
  const phone = await request.newContext({ baseURL: url })
  const post = async <T>(path: string, data: object, csrf = ''): Promise<T> => {
    const answer = await phone.post(`/api${path}`, { data, headers: { 'X-Heard-CSRF': csrf } })
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  await post('/young/join', { code, deviceName: 'Test phone' })
  const { csrf } = (await (await phone.get('/api/young/session')).json()) as { csrf: string }
  const { tickets, key } = await post<TicketsAnswer>('/young/tickets', { have: 0 }, csrf)
  const body = { what: 'answer' as const, id: uuidv7(), listened: face, tell: false }
  const { countsIn = '' } = await post<ToldReceipt>('/sealed', await seal(body, tickets[0]?.ticket ?? '', { keyId: key.id, publicKey: key.publicKey }))
  await phone.dispose()
  return countsIn
}
