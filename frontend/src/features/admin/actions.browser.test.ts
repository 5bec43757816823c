import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { addStaff, loadAdmin, suspend } from './actions'
import { admin } from './state.svelte'

let calls: string[]
let refuse = ''

const lists: Record<string, unknown> = {
  '/services': { services: [] },
  '/teams': { teams: [] },
  '/staff': { staff: [{ id: 'a' }], next: 'a' },
  '/staff?after=a': { staff: [{ id: 'b' }] },
  '/young-people': { people: [] },
  '/relations': { relations: [] },
  '/organisation': { id: 'o' }
}

beforeEach(() => {
  session.place = 'admin'
  session.value = { signedIn: true, demo: false, serverTime: '' }
  calls = []
  refuse = ''
  Object.assign(admin, { staff: undefined, busy: false, pressFault: undefined, fault: undefined })
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    const path = url.replace('/api/admin', '')
    calls.push(`${options.method} ${path}`)
    const no = refuse !== '' && options.method === 'POST'
    const body = no ? { code: 'conflict', reason: refuse } : options.method === 'POST' ? { id: 'n', invitation: { url: 'https://x/work/invite#t', expiresAt: '' } } : lists[path]
    return new Response(JSON.stringify(body), { status: no ? 409 : 200, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('the lists', () => {
  it('are read to their last page', async () => {
    await loadAdmin()
    expect(admin.staff?.map((one) => one.id)).toEqual(['a', 'b'])
  })
})

describe('a press', () => {
  it('answers with what is shown once, and reads the lists again', async () => {
    const invitation = await addStaff({ name: 'Robin', kind: 'staff' })
    expect(invitation?.url).toContain('#t')
    expect(calls[0]).toBe('POST /staff')
    expect(calls).toContain('GET /staff')
  })

  it('that is refused changes nothing and says why', async () => {
    refuse = 'self'
    expect(await suspend('staff', 'a')).toBe(false)
    expect(admin.pressFault).toMatchObject({ code: 'conflict', reason: 'self' })
    expect(admin.busy).toBe(false)
    expect(calls).toEqual(['POST /staff/a/suspend'])
  })
})
