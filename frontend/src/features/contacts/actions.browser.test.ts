import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../../lib/session.svelte'
import { toast } from '../../ui/toast.svelte'
import { drop, loadContacts, loadTold, record, send, sendHeld, watchContacts } from './actions'
import { contacts } from './state.svelte'

interface Call {
  what: string
  keepalive?: boolean
  body?: { id: string; kind: string; outcome: string; at: string; youngPersonId: string }
}
let calls: Call[]
let answer: { status: number; body: unknown } | undefined
let stop: () => void
const leo = { id: 'y', name: 'Leo', avatar: 'a1', relation: 'keyworker' }

const posts = (): Call[] => calls.filter((one) => one.what === 'POST /contacts')
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

beforeEach(() => {
  calls = []
  answer = undefined
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '', account: { id: 'w', name: 'Sam', avatar: 'a2' } }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    const body = options.body ? JSON.parse(String(options.body)) : undefined
    const what = `${options.method} ${url.replace('/api/work', '')}`
    calls.push({ what, keepalive: options.keepalive, body })
    const given = what === 'POST /contacts' ? (answer ?? { status: 200, body: { ...body, id: `of ${body.id}`, youngPerson: leo } })
      : { status: 200, body: { people: [leo], contacts: [], told: [], waiting: 2 } }
    return new Response(JSON.stringify(given.body), { status: given.status, headers: { 'Content-Type': 'application/json' } })
  })
  stop = watchContacts()
  contacts.list = []
})
afterEach(() => {
  vi.useRealTimers()
  stop()
  contacts.drafts = []
  vi.unstubAllGlobals()
})

describe('a contact', () => {
  it('is shown at once and sent once, as just now, when it can be undone no more', async () => {
    record(leo, 'visit')
    expect(contacts.drafts.map((one) => one.status)).toEqual(['held'])
    await vi.advanceTimersByTimeAsync(11_000)
    expect(posts()).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(posts().map((one) => one.body)).toMatchObject([{ youngPersonId: 'y', kind: 'visit', outcome: 'happened' }])
    expect(contacts.drafts).toEqual([])
    expect(contacts.list).toMatchObject([{ kind: 'visit' }])
  })

  it('is never sent when it is undone', async () => {
    record(leo, 'call')
    toast.action?.run()
    expect(contacts.drafts).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    sendHeld(true)
    expect(posts()).toEqual([])
  })

  it('is sent once when the page is left, and stays sent whatever is pressed then', async () => {
    record(leo, 'visit')
    const late = toast.action
    dispatchEvent(new Event('pagehide'))
    dispatchEvent(new Event('pagehide'))
    expect(toast.text).toBe('')
    late?.run()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(posts()).toHaveLength(1)
    expect(posts()[0]?.keepalive).toBe(true)
    expect(contacts.list).toHaveLength(1)
  })

  it('makes way for the next: only the last can be undone', async () => {
    record(leo, 'visit')
    record(leo, 'call')
    expect(posts().map((one) => one.body?.kind)).toEqual(['visit'])
    toast.action?.run()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(posts()).toHaveLength(1)
  })

  it('stays with the reason when it is refused, and is tried again under the same id', async () => {
    vi.useRealTimers()
    answer = { status: 422, body: { code: 'invalid', reason: 'future' } }
    record(leo, 'session')
    sendHeld()
    await settled()
    expect(contacts.drafts).toMatchObject([{ status: 'failed', fault: { reason: 'future' } }])
    expect(contacts.list).toEqual([])
    answer = undefined
    await send(contacts.drafts[0]?.id ?? '')
    expect(new Set(posts().map((one) => one.body?.id)).size).toBe(1)
    expect(contacts.drafts).toEqual([])
    expect(contacts.list).toHaveLength(1)
  })

  it('of one worker is not sent by the next who signs in here', async () => {
    vi.useRealTimers()
    answer = { status: 503, body: {} }
    record(leo, 'visit')
    sendHeld()
    await settled()
    session.value = { signedIn: true, demo: false, serverTime: '', account: { id: 'other', name: 'Jo', avatar: 'a3' } }
    await loadContacts()
    expect(contacts.drafts).toEqual([])
  })

  it('can be let go of', () => {
    record(leo, 'visit')
    drop(contacts.drafts[0]?.id ?? '')
    sendHeld()
    expect(posts()).toEqual([])
  })
})

describe('what young people told', () => {
  it('is counted without being read, and is read only when its list is asked for', async () => {
    vi.useRealTimers()
    await settled()
    expect(contacts.waiting).toBe(2)
    expect(calls.map((one) => one.what)).toEqual(['GET /told/waiting'])
    await loadTold()
    expect(contacts.waiting).toBe(0)
  })
})
