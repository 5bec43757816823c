import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from './http'
import { database } from './idb'
import { type OutboxDeps, type Who, backoff, createOutbox, upgrade } from './outbox'
import { alone, idbStore } from './outbox-deps'
import type { CardBody, Receipt } from './types'
import { uuidv7 } from './uuid'

const leo = 'account-leo'
const body = (id = uuidv7()): CardBody => ({ id, card: 'sad', kind: 'feeling', audience: ['sam'], kept: false, tappedAt: '2026-11-21T14:04:00.000Z' })
const receipt = (clientId: string): Receipt => ({ id: `server-${clientId}`, clientId, state: 'received', receivedAt: '2026-11-21T14:04:01.000Z', version: 1, duplicate: false })
const offline = new ApiError(0, 'offline')

/** A server that keeps one card an id, and answers as told first. */
function server() {
  const held = new Map<string, CardBody>()
  const asked: { id: string; csrf: string }[] = []
  const faults: unknown[] = []
  const post = async (card: CardBody, csrf: string): Promise<Receipt> => {
    asked.push({ id: card.id, csrf })
    const fault = faults.shift()
    if (fault) throw fault
    held.set(card.id, card)
    return receipt(card.id)
  }
  return { held, asked, faults, post }
}

function rig(more: Partial<OutboxDeps> = {}) {
  const far = server()
  const clock = { now: 1_000_000 }
  const who: Who = { account: leo, csrf: 'token-1' }
  const deps: OutboxDeps = {
    store: idbStore(), post: far.post, who: async () => who, askWho: async () => who,
    alone: (work) => work(), now: () => clock.now, changed: () => undefined, ...more
  }
  return { far, clock, who, deps, box: createOutbox(deps) }
}

const stored = async (): Promise<unknown[]> => (await database('young')).getAll('outbox')
const problem = (status: number, code: ConstructorParameters<typeof ApiError>[1], more = {}): ApiError => new ApiError(status, code, { fromHeard: true, ...more })

beforeEach(async () => {
  await (await database('young')).clear('outbox')
})

describe('writing first, removing last', () => {
  it('is on the phone before anything is posted', async () => {
    let atPost: unknown[] = []
    const { far, box } = rig({ post: async (card) => { atPost = await stored(); return far.post(card, '') } })
    expect(await box.add(body(), leo)).toBe('on_phone')
    await box.flush()
    expect(atPost).toHaveLength(1)
  })

  it('asks for strict durability', async () => {
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await idbStore().put({ v: 1, id: 'x', body: body('x'), sentAs: leo, createdAt: 0, attempts: 0, nextAt: 0, status: 'waiting' })
    expect(spy.mock.calls.at(-1)?.[2]).toEqual({ durability: 'strict' })
    spy.mockRestore()
  })

  it('is removed by the receipt of this very card', async () => {
    const { box, far } = rig()
    await box.add(body(), leo)
    await box.flush()
    expect(await stored()).toHaveLength(0)
    expect(far.held.size).toBe(1)
  })

  it('stays when the receipt names another card', async () => {
    const { box } = rig({ post: async () => receipt('another') })
    await box.add(body(), leo)
    await box.flush()
    expect(await stored()).toHaveLength(1)
  })

  it('keeps the same id at every try', async () => {
    const { box, far } = rig()
    far.faults.push(offline, new ApiError(503, 'unavailable'), offline)
    const card = body()
    await box.add(card, leo)
    for (let i = 0; i < 4; i++) await box.flush({ force: true })
    expect(far.asked.length).toBeGreaterThanOrEqual(4)
    expect(new Set(far.asked.map((ask) => ask.id))).toEqual(new Set([card.id]))
    expect(await stored()).toHaveLength(0)
  })

  it('loses nothing when the page is gone between post and removal', async () => {
    const first = rig()
    const card = body()
    first.deps.store.remove = async () => { throw new Error('page closed') }
    await first.box.add(card, leo)
    await first.box.flush()
    const second = rig({ post: first.far.post })
    await second.box.flush({ force: true })
    expect(first.far.held.size).toBe(1)
    expect(await stored()).toHaveLength(0)
  })
})

describe('when the phone cannot save', () => {
  const broken = { all: async () => { throw new Error('no storage') }, put: async () => { throw new Error('quota') }, remove: async () => { throw new Error('no storage') } }

  it('posts from memory at once and says sent', async () => {
    const { box, far } = rig({ store: broken })
    expect(await box.add(body(), leo)).toBe('sent')
    expect(far.held.size).toBe(1)
  })

  it('says not_saved only when that fails too, and goes on trying', async () => {
    const { box, far } = rig({ store: broken })
    far.faults.push(offline)
    expect(await box.add(body(), leo)).toBe('not_saved')
    await box.flush({ force: true })
    expect(far.held.size).toBe(1)
  })

  it('does not wait for ever for a storage that hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { within } = await import('./idb')
    const hung = expect(within(new Promise(() => undefined))).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(2001)
    await hung
    vi.useRealTimers()
  })
})

describe('refused, later, signed out', () => {
  it.each([[400, 'invalid'], [403, 'forbidden'], [413, 'too_large'], [422, 'invalid']] as const)('%i of Heard is refused, kept and shown with its reason', async (status, code) => {
    const { box, far } = rig()
    far.faults.push(problem(status, code))
    await box.add(body(), leo)
    await box.flush()
    expect(await box.items()).toMatchObject([{ status: 'refused', reason: code }])
    await box.flush({ force: true })
    expect(far.asked).toHaveLength(1)
  })

  it('a refused card goes again only when the person says so', async () => {
    const { box, far } = rig()
    far.faults.push(problem(422, 'invalid'))
    const card = body()
    await box.add(card, leo)
    await box.flush()
    await box.retry(card.id)
    expect(far.held.has(card.id)).toBe(true)
    expect(await stored()).toHaveLength(0)
  })

  it.each([429, 500, 503, 408])('%i waits and goes later', async (status) => {
    const { box, far } = rig()
    far.faults.push(problem(status, 'unavailable'))
    await box.add(body(), leo)
    await box.flush()
    expect(await box.items()).toMatchObject([{ status: 'waiting', attempts: 1 }])
  })

  it('a 404 of a proxy is no refusal', async () => {
    const { box, far } = rig()
    far.faults.push(new ApiError(404, 'not_found'))
    await box.add(body(), leo)
    await box.flush()
    expect(await box.items()).toMatchObject([{ status: 'waiting' }])
  })

  it.each([problem(401, 'unauthenticated'), problem(403, 'forbidden', { reason: 'csrf' })])('asks who is signed in and tries once more: %s', async (fault) => {
    const { box, far } = rig({ askWho: async () => ({ account: leo, csrf: 'token-2' }) })
    far.faults.push(fault)
    await box.add(body(), leo)
    await box.flush()
    expect(far.asked.map((ask) => ask.csrf)).toEqual(['token-1', 'token-2'])
    expect(await stored()).toHaveLength(0)
  })

  it('never sends under another account, not even after a new sign-in', async () => {
    const { box, far } = rig({ askWho: async () => ({ account: 'someone-else', csrf: 'theirs' }) })
    far.faults.push(problem(403, 'forbidden', { reason: 'csrf' }))
    await box.add(body(), leo)
    await box.flush()
    expect(far.asked.every((ask) => ask.csrf === 'token-1')).toBe(true)
    expect(await stored()).toHaveLength(1)
  })

  it('leaves a card alone while another person is signed in', async () => {
    const { box, far, who } = rig()
    who.account = 'someone-else'
    await box.add(body(), leo)
    await box.flush({ force: true })
    expect(far.asked).toHaveLength(0)
    expect(await stored()).toHaveLength(1)
  })
})

describe('waiting', () => {
  it('backs off and never more than 30 s', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map(backoff)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('does not try before its time, but at once when signal is back', async () => {
    const { box, far, clock } = rig()
    far.faults.push(offline)
    await box.add(body(), leo)
    await box.flush()
    const tries = far.asked.length
    await box.flush()
    expect(far.asked).toHaveLength(tries)
    expect(await box.nextIn()).toBe(1000)
    clock.now += 1000
    await box.flush()
    expect(far.held.size).toBe(1)
  })

  it('a card that keeps failing does not stand in front of a new one', async () => {
    const { box, far, who } = rig()
    const old = body()
    far.faults.push(offline, offline)
    await box.add(old, leo)
    await box.flush({ force: true })
    await box.flush({ force: true })
    far.asked.length = 0
    far.faults.length = 0
    // Tapped while nothing is sent, so that both stand in the same pass.
    who.account = 'someone-else'
    const fresh = body()
    await box.add(fresh, leo)
    await box.flush()
    who.account = leo
    const { held } = far
    held.clear()
    await (await database('young')).put('outbox', { v: 1, id: old.id, body: old, sentAs: leo, createdAt: 1, attempts: 2, nextAt: 0, status: 'waiting' })
    await box.flush({ force: true })
    expect(far.asked.map((ask) => ask.id)).toEqual([fresh.id, old.id])
  })

  it('a flush asked for during a flush sees the card added meanwhile', async () => {
    const second = body()
    const { box, far, deps } = rig()
    let during = false
    const post = deps.post
    deps.post = async (card, csrf) => {
      if (!during) {
        during = true
        await deps.store.put({ v: 1, id: second.id, body: second, sentAs: leo, createdAt: 1, attempts: 0, nextAt: 0, status: 'waiting' })
        void box.flush()
      }
      return post(card, csrf)
    }
    await box.add(body(), leo)
    await box.flush()
    expect(far.held.has(second.id)).toBe(true)
    expect(await stored()).toHaveLength(0)
  })
})

describe('several tabs', () => {
  /** Web Locks as the browser keeps them: one holder, the others in order. */
  function lockManager(): LockManager {
    let tail: Promise<unknown> = Promise.resolve()
    return {
      query: async () => ({}),
      request: (_: string, options: LockOptions, work: () => Promise<unknown>) => {
        const mine = tail.then(() => (options.signal?.aborted ? Promise.reject(new Error('aborted')) : work()))
        tail = mine.catch(() => undefined)
        return mine
      }
    } as unknown as LockManager
  }

  it('never post one card twice', async () => {
    const locks = lockManager()
    const a = rig({ alone: (work) => alone(work, locks) })
    const b = rig({ post: a.far.post, alone: (work) => alone(work, locks) })
    await a.box.add(body(), leo)
    await Promise.all([a.box.flush({ force: true }), b.box.flush({ force: true })])
    expect(a.far.asked).toHaveLength(1)
  })

  it('still leave one card when locks are missing', async () => {
    const a = rig({ alone: (work) => alone(work, undefined) })
    const b = rig({ post: a.far.post })
    await a.box.add(body(), leo)
    await Promise.all([a.box.flush({ force: true }), b.box.flush({ force: true })])
    expect(a.far.held.size).toBe(1)
    expect(await stored()).toHaveLength(0)
  })

  it('go on without a lock that a frozen tab holds', async () => {
    const frozen = { request: (_: string, options: LockOptions) => new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new Error('aborted')))) } as unknown as LockManager
    const work = vi.fn(async () => undefined)
    await alone(work, frozen, 1)
    expect(work).toHaveBeenCalledOnce()
  })
})

describe('records of other builds', () => {
  it('reads a record from before versions', () => {
    const card = body()
    expect(upgrade({ id: card.id, body: card, sentAs: leo })).toMatchObject({ v: 1, status: 'waiting', attempts: 0, nextAt: 0, createdAt: Date.parse(card.tappedAt) })
  })

  it('reads what it understands of a later one, and sends it', async () => {
    const card = body()
    const db = await database('young')
    await db.put('outbox', { v: 7, id: card.id, body: card, sentAs: leo, createdAt: 1, attempts: 0, nextAt: 0, status: 'sealed', extra: true } as never)
    const { box, far } = rig()
    await box.flush()
    expect(far.held.has(card.id)).toBe(true)
  })

  it('leaves what it cannot read where it is', async () => {
    const db = await database('young')
    await db.put('outbox', { v: 9, id: 'strange', sealed: 'AAAA' } as never)
    const { box } = rig()
    await box.flush({ force: true })
    expect(await box.items()).toEqual([])
    expect(await stored()).toHaveLength(1)
  })
})

describe('uuidv7', () => {
  it('carries its time, version and variant, and sorts by it', () => {
    const early = uuidv7(Date.UTC(2026, 0, 1))
    const late = uuidv7(Date.UTC(2026, 0, 2))
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(early < late).toBe(true)
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1))
  })
})
