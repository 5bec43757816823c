import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { addChannel, removeChannel, verifyChannel } from './actions'
import { channels, isWrongCode } from './state.svelte'

let asked: { method: string; url: string; body?: unknown }[] = []
let status = 200
const list = { email: true, sms: false, channels: [{ id: 'c1', kind: 'email', address: 's•••@oak.example', verified: false, createdAt: '' }] }

beforeEach(() => {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '' }
  asked = []
  status = 200
  Object.assign(channels, { answer: undefined, fault: undefined, busy: '', pressFault: undefined })
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const method = init.method ?? 'GET'
    asked.push({ method, url, body: init.body ? JSON.parse(String(init.body)) : undefined })
    const good = method === 'GET' || status === 200
    return new Response(JSON.stringify(!good ? { code: 'invalid', reason: 'code_wrong' } : method === 'GET' ? list : { id: 'c1' }), { status: good ? 200 : status, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('another way to be reached', () => {
  it('is added without its spaces and shown as the server holds it', async () => {
    expect(await addChannel('email', ' sam@oak.example ')).toBe('c1')
    expect(asked[0]).toEqual({ method: 'POST', url: '/api/work/channels', body: { kind: 'email', address: 'sam@oak.example' } })
    expect(channels.answer?.channels[0]?.address).toBe('s•••@oak.example')
  })
  it('takes the code as it is written', async () => {
    expect(await verifyChannel('c1', '123 456')).toBe(true)
    expect(asked[0]).toEqual({ method: 'POST', url: '/api/work/channels/c1/verify', body: { code: '123456' } })
  })
  it('says of a wrong code that it is wrong', async () => {
    status = 422
    expect(await verifyChannel('c1', '000000')).toBe(false)
    expect(isWrongCode(channels.pressFault)).toBe(true)
    expect(channels.busy).toBe('')
  })
  it('is removed', async () => {
    expect(await removeChannel('c1')).toBe(true)
    expect(asked.map((one) => one.method)).toEqual(['DELETE', 'GET'])
  })
})
