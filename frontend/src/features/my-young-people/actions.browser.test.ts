import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { confirmRelation, loadCircle } from './actions'
import { circle } from './state.svelte'

let calls: string[]
let refuse = false
const relation = { id: 'r', subject: { id: 's', name: 'Sam', avatar: 'a1' }, kind: 'keyworker_of', object: { id: 'y', name: 'Leo' }, validFrom: '', reason: '' }

function signedIn(roles: string[]): void {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '', roles }
}

beforeEach(() => {
  calls = []
  refuse = false
  Object.assign(circle, { people: [], proposed: [relation], confirmFault: undefined })
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    calls.push(`${options.method} ${url.replace('/api/work', '')}`)
    const no = refuse && options.method === 'POST'
    const body = no ? { code: 'forbidden', reason: 'self_grant' } : url.endsWith('proposed') ? { relations: [relation] } : { people: [] }
    return new Response(JSON.stringify(body), { status: no ? 403 : 200, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('proposals', () => {
  it('are asked for by leads only', async () => {
    signedIn(['keyworker'])
    await loadCircle()
    expect(calls).toEqual(['GET /young-people'])
    expect(circle.proposed).toEqual([])
    signedIn(['lead'])
    await loadCircle()
    expect(circle.proposed.map((one) => one.id)).toEqual(['r'])
  })

  it('leave the list when confirmed, and come back with the reason when refused', async () => {
    signedIn(['lead'])
    refuse = true
    const confirmed = confirmRelation('r')
    expect(circle.proposed).toEqual([])
    expect(await confirmed).toBe(false)
    expect(circle.proposed.map((one) => one.id)).toEqual(['r'])
    expect(circle.confirmFault).toMatchObject({ reason: 'self_grant' })
  })
})
