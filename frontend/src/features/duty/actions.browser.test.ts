import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { askTest, forgetDuty, loadDuty } from './actions'
import { duty } from './state.svelte'

let status = 200
let asked: string[] = []
const answer = () => ({ planned: true, state: asked.some((one) => one.startsWith('POST')) ? 'asked' : 'off', shift: { startsAt: '', endsAt: '', role: 'cover', team: { id: 't', name: 'Days' } } })

beforeEach(() => {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '' }
  status = 200
  asked = []
  forgetDuty()
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`)
    return new Response(JSON.stringify(status === 200 ? answer() : { code: 'unavailable' }), { status, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('asking for the test', () => {
  it('shows what the server then says, not what was pressed', async () => {
    await loadDuty()
    expect(duty.value?.state).toBe('off')
    expect(await askTest()).toBe(true)
    expect(asked).toEqual(['GET /api/work/duty', 'POST /api/work/duty/ask', 'GET /api/work/duty'])
    expect(duty.value?.state).toBe('asked')
  })
  it('says why it failed and leaves the worker off duty', async () => {
    await loadDuty()
    status = 503
    expect(await askTest()).toBe(false)
    expect(duty.pressFault).toMatchObject({ code: 'unavailable' })
    expect(duty.value?.state).toBe('off')
    expect(duty.busy).toBe(false)
  })
})
