import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { cardsOf, forgetInbox, loadCard, loadInbox, markSeen, markSeenInList, sendAnswer } from './actions'
import { announced, inbox, view } from './state.svelte'
import type { InboxItem } from './types'

type Answer = { status: number; body: unknown } | 'lost'
let answers: Record<string, Answer[]>
let calls: { path: string; body: unknown; background: boolean }[]

const leo = { id: 'y', name: 'Leo', avatar: 'a1' }
const card = (version: number, state = 'alerting') => ({ id: 'c', version, state, kind: 'feeling', card: 'sad', youngPerson: leo, audience: [], events: [], can: ['seen'], colleagues: [] })
const row = (id: string, version = 1): Partial<InboxItem> => ({ id, version, kind: 'not_safe', card: 'not_safe', state: 'alerting', youngPerson: leo, withdrawnCheck: false })
const list = (waiting: unknown[], coming: unknown[] = []) => ({ status: 200, body: { serverTime: '2026-11-21T14:00:00.000Z', waiting, coming, check: [] } })
const stale: Answer = { status: 409, body: { code: 'conflict', reason: 'stale' } }

beforeEach(() => {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '2026-11-21T14:00:00.000Z' }
  answers = {}
  calls = []
  forgetInbox()
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    const path = `${options.method} ${url.replace('/api/work', '')}`
    const headers = options.headers as Record<string, string>
    calls.push({ path, body: options.body ? JSON.parse(String(options.body)) : undefined, background: headers['X-Heard-Background'] === '1' })
    const answer = answers[path]?.shift() ?? list([])
    if (answer === 'lost') throw new TypeError('network')
    return new Response(JSON.stringify(answer.body), { status: answer.status, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('opening a card', () => {
  it('presses nothing', async () => {
    answers['GET /cards/c'] = [{ status: 200, body: card(2) }]
    await loadCard('c')
    expect(view.card?.version).toBe(2)
    expect(calls.map((call) => call.path)).toEqual(['GET /cards/c'])
  })

  it('shows nothing when it is not theirs', async () => {
    answers['GET /cards/c'] = [{ status: 200, body: card(2) }, { status: 404, body: { code: 'not_found' } }]
    await loadCard('c')
    await loadCard('c')
    expect(view.card).toBeUndefined()
    expect(view.gone).toBe(true)
  })
})

describe('a press', () => {
  it('changes what is shown only by the server’s answer', async () => {
    answers['GET /cards/c'] = [{ status: 200, body: card(2) }]
    answers['POST /cards/c/seen'] = [{ status: 200, body: card(3, 'seen') }]
    await loadCard('c')
    const pressed = markSeen()
    expect(view.busy).toBe('seen')
    expect(view.card?.state).toBe('alerting')
    expect(await pressed).toBe(true)
    expect(view.card?.state).toBe('seen')
    expect(calls.find((call) => call.path.startsWith('POST'))?.body).toEqual({ version: 2 })
  })

  it('leaves the card as it was when it fails, and says why', async () => {
    answers['GET /cards/c'] = [{ status: 200, body: card(2) }, { status: 200, body: card(2) }]
    answers['POST /cards/c/answer'] = ['lost']
    await loadCard('c')
    expect(await sendAnswer({ kind: 'own_words', words: 'x' })).toBe(false)
    expect(view.card?.state).toBe('alerting')
    expect(view.fault).toMatchObject({ code: 'offline' })
    expect(view.busy).toBeUndefined()
  })

  it('after someone quicker shows the new card, and the next press goes with its version', async () => {
    answers['GET /cards/c'] = [{ status: 200, body: card(2) }, { status: 200, body: card(5, 'seen') }]
    answers['POST /cards/c/seen'] = [stale, { status: 200, body: card(6, 'seen') }]
    await loadCard('c')
    expect(await markSeen()).toBe(false)
    expect(view.stale).toBe(true)
    expect(view.card?.version).toBe(5)
    expect(await markSeen()).toBe(true)
    expect(calls.filter((call) => call.path.startsWith('POST')).map((call) => call.body)).toEqual([{ version: 2 }, { version: 5 }])
    expect(view.stale).toBe(false)
  })

  it('in the list says why it failed and asks for the truth', async () => {
    answers['POST /cards/a/seen'] = [stale]
    expect(await markSeenInList(row('a') as InboxItem)).toBe(false)
    expect(inbox.pressFault).toMatchObject({ code: 'conflict' })
    expect(inbox.pressing).toBe('')
    expect(calls.map((call) => call.path)).toContain('GET /inbox')
  })
})

describe('the list', () => {
  it('tells new not-safe cards at once and others politely', async () => {
    answers['GET /inbox'] = [list([]), list([row('a'), { ...row('b'), kind: 'feeling', card: 'sad' }])]
    await loadInbox()
    expect(announced.assertive).toEqual([])
    await loadInbox()
    expect(announced.assertive.map((one) => one.id)).toEqual(['a'])
    expect(announced.polite.map((one) => one.id)).toEqual(['b'])
  })

  it('keeps what it knew, with its time, when the connection is gone', async () => {
    answers['GET /inbox'] = [list([row('a')]), 'lost']
    await loadInbox()
    const { at } = inbox
    await loadInbox()
    expect(inbox.groups?.waiting.length).toBe(1)
    expect(inbox.at).toBe(at)
    expect(inbox.fault).toMatchObject({ code: 'offline' })
  })

  it('is not overwritten by an older answer that comes late', async () => {
    const late: { send?: () => void } = {}
    const old = new Response(JSON.stringify(list([row('old')]).body), { headers: { 'Content-Type': 'application/json' } })
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => {
      late.send = () => resolve(old)
    }))
    const first = loadInbox()
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(list([row('new')]).body), { headers: { 'Content-Type': 'application/json' } }))
    await loadInbox()
    late.send?.()
    await first
    expect(inbox.groups?.waiting.map((one) => one.id)).toEqual(['new'])
  })

  it('fetches in the background without holding the idle lock open', async () => {
    await loadInbox(true)
    expect(calls.at(-1)?.background).toBe(true)
  })

  it('is closed by an answer of "idle"', async () => {
    answers['GET /inbox'] = [{ status: 401, body: { code: 'unauthenticated', reason: 'idle' } }]
    await loadInbox()
    expect(session.value?.idle).toBe(true)
    expect(session.value?.signedIn).toBe(true)
  })
})

describe("a young person's cards", () => {
  it('are listed, or nothing is there for whoever is nothing to them', async () => {
    answers['GET /young-people/y/cards'] = [
      { status: 200, body: { youngPerson: leo, until: '2026-11-21T15:00:00.000Z', cards: [row('a')] } },
      { status: 404, body: { code: 'not_found' } },
      { status: 500, body: { code: 'internal' } }
    ]
    expect((await cardsOf('y'))?.cards.map((one) => one.id)).toEqual(['a'])
    expect(await cardsOf('y')).toBeUndefined()
    await expect(cardsOf('y')).rejects.toMatchObject({ code: 'internal' })
  })
})
