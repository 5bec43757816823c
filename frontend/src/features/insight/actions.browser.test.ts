import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { forgetInsight, loadCompare, loadOverview, loadSeries, loadSubscription, saveNote, saveSubscription, saveTarget } from './actions'
import { concern, overview, sideBySide } from './made-up'
import { insight, subscription } from './state.svelte'

let calls: string[]
let waits: Record<string, Promise<unknown>>
let refuse = false

beforeEach(() => {
  session.place = 'insight'
  session.value = { signedIn: true, demo: false, serverTime: '' }
  forgetInsight()
  calls = []
  waits = {}
  refuse = false
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    const path = url.replace('/api/insight', '')
    calls.push(`${options.method} ${path}${options.body ? ` ${options.body}` : ''}`)
    await waits[path]
    if (refuse) return new Response(JSON.stringify({ code: 'forbidden' }), { status: 403, headers: { 'Content-Type': 'application/json' } })
    const body = path === '/overview' ? overview : path === '/subscription' ? { on: false, offered: true, email: 'm•••@oak.example' } : path.startsWith('/series') ? { ...concern(), unit: new URL(url, 'https://x').searchParams.get('unit') } : path.startsWith('/compare') ? sideBySide() : {}
    return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('figures', () => {
  it('are asked for by measure and service, and known by what they were asked with', async () => {
    await loadOverview()
    await loadSeries('felt_listened', 'elm', 'xmr')
    await loadSeries('felt_listened', '', 'p')
    await loadCompare('felt_listened', '2026-10')
    expect(calls).toEqual(['GET /overview', 'GET /series?measure=felt_listened&unit=elm', 'GET /series?measure=felt_listened&chart=p', 'GET /compare?measure=felt_listened&period=2026-10'])
    expect([insight.seriesOf, insight.compareOf]).toEqual(['felt_listened  p', 'felt_listened 2026-10'])
  })

  it('of a service that was left meanwhile do not come back', async () => {
    let release: (() => void) | undefined
    waits['/series?measure=felt_listened&unit=elm'] = new Promise<void>((done) => {
      release = done
    })
    const slow = loadSeries('felt_listened', 'elm', 'xmr')
    await loadSeries('felt_listened', 'oak', 'xmr')
    release?.()
    await slow
    expect(insight.series?.unit).toBe('oak')
  })

  it('are gone when the place closes, also those still under way', async () => {
    await loadOverview()
    const late = loadSeries('felt_listened', 'elm', 'xmr')
    forgetInsight()
    await late
    expect([insight.overview, insight.series]).toEqual([undefined, undefined])
  })
})

describe('a press', () => {
  it('writes what was done, and reads the same chart again', async () => {
    await loadSeries('felt_listened', 'elm', 'xmr')
    calls = []
    expect(await saveNote(18, 'elm', 'Fewer new faces.')).toBe(true)
    expect(calls).toEqual(['PUT /releases/18/note {"unit":"elm","did":"Fewer new faces."}', 'GET /series?measure=felt_listened&unit=elm'])
  })

  it('takes a target away by null', async () => {
    await saveTarget('felt_listened', '', null)
    expect(calls[0]).toBe('PUT /targets {"measure":"felt_listened","percent":null}')
  })

  it('has one told of releases, and reads what holds then', async () => {
    await loadSubscription()
    expect(subscription.value?.email).toBe('m•••@oak.example')
    expect(await saveSubscription(true)).toBe(true)
    expect(await saveSubscription(false)).toBe(true)
    expect(calls).toEqual(['GET /subscription', 'POST /subscription {}', 'GET /subscription', 'DELETE /subscription', 'GET /subscription'])
    forgetInsight()
    expect(subscription.value).toBeUndefined()
  })

  it('that is refused says why and changes nothing', async () => {
    refuse = true
    expect(await saveTarget('felt_listened', '', 80)).toBe(false)
    expect(insight.pressFault).toMatchObject({ code: 'forbidden' })
    expect(insight.busy).toBe(false)
  })
})
