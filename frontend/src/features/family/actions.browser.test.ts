import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { choose, retry, start } from './actions'
import { family } from './state.svelte'

interface Call {
  url: string
  body: unknown
  options: RequestInit
}
const question = { kind: 'visit', day: '2026-03-05', with: 'Sam', service: 'Oak House', order: 'best_first' }
let calls: Call[]
let answers: Record<string, () => Response>
let stop: () => void = () => undefined

const json = (status: number, body: unknown) => (): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const lost = (): Response => {
  throw new TypeError('no network')
}

async function opened(hash: string): Promise<void> {
  history.replaceState(null, '', `${location.pathname}${hash}`)
  stop = start()
  await vi.waitFor(() => expect(family.busy).toBe(false))
}

beforeEach(() => {
  calls = []
  answers = { '/api/family/open': json(200, question), '/api/family/answer': json(200, {}) }
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    if (options.method === 'GET') return json(200, { demo: true })()
    calls.push({ url, body: JSON.parse(String(options.body)), options })
    return answers[url]?.()
  })
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
})

describe("a family's link", () => {
  it('leaves the address at once, and goes out in the body alone, as nobody', async () => {
    await opened('#secret')
    expect(location.hash).toBe('')
    expect(calls).toMatchObject([{ url: '/api/family/open', body: { token: 'secret' }, options: { credentials: 'omit', method: 'POST' } }])
    expect(family).toMatchObject({ step: 'asked', asked: question })
    await vi.waitFor(() => expect(family.demo).toBe(true))
  })

  it('is answered by one press', async () => {
    await opened('#secret')
    await choose(4)
    expect(calls[1]).toMatchObject({ url: '/api/family/answer', body: { token: 'secret', listened: 4 }, options: { credentials: 'omit' } })
    expect(family.step).toBe('counted')
    expect([localStorage.length, sessionStorage.length, document.cookie]).toEqual([0, 0, ''])
  })

  it('counts nothing for "not sure" and "skip", and says so', async () => {
    await opened('#secret')
    await choose('not_sure')
    expect(family.step).toBe('noted')
  })

  it('that has ended says so, whatever ended it', async () => {
    answers['/api/family/open'] = json(404, { code: 'not_found', reason: 'link' })
    await opened('#secret')
    expect(family.step).toBe('ended')
  })

  it('waits when there is no signal, and then goes on', async () => {
    answers['/api/family/open'] = lost
    await opened('#secret')
    expect([family.step, family.fault !== undefined]).toEqual(['opening', true])
    answers['/api/family/open'] = json(200, question)
    retry()
    await vi.waitFor(() => expect(family.step).toBe('asked'))
  })

  it('keeps the choice when the answer got lost, and sends the same again', async () => {
    await opened('#secret')
    answers['/api/family/answer'] = lost
    await choose(2)
    expect([family.step, family.chosen, family.fault !== undefined]).toEqual(['asked', 2, true])
    answers['/api/family/answer'] = json(404, { code: 'not_found', reason: 'link' }) // it had arrived
    retry()
    await vi.waitFor(() => expect(family.step).toBe('ended'))
    expect(calls[2]).toMatchObject({ body: { listened: 2 } })
  })

  it('that some other page answers for has not ended', async () => {
    answers['/api/family/open'] = () => new Response('<p>Sign in to the Wi-Fi</p>', { status: 404 })
    await opened('#secret')
    expect(family.step).toBe('opening')
  })

  it('is not asked for when there is none, and another one begins anew', async () => {
    await opened('')
    expect([family.step, calls.length]).toEqual(['nothing', 0])
    location.hash = '#next'
    await vi.waitFor(() => expect(family.step).toBe('asked'))
    expect(location.hash).toBe('')
  })
})
