import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { toBase64url } from './base64url'
import { ApiError } from './http'
import { database } from './idb'
import { type OutboxDeps, type Who, backoff, createOutbox, upgrade } from './outbox'
import { alone, idbStore } from './outbox-deps'
import type { SealedCard, SealedItem } from './outbox-types'
import { seal } from './seal'
import { changeStock, nextTicket, readStock, restocked } from './tickets'
import type { CardBody, Receipt } from './types'
import { uuidv7 } from './uuid'

const leo = 'account-leo'
const body = (id = uuidv7()): CardBody => ({ id, card: 'sad', kind: 'feeling', audience: ['sam'], kept: false, tappedAt: '2026-11-21T14:04:00.000Z' })
const receipt = (clientId: string): Receipt => ({ id: `server-${clientId}`, clientId, state: 'received', receivedAt: '2026-11-21T14:04:01.000Z', version: 1, duplicate: false })
const offline = new ApiError(0, 'offline')

/** A server that keeps one card an id, and answers as told first. A sealed card comes without a token. */
function server() {
  const held = new Map<string, CardBody | SealedCard>()
  const asked: { id: string; csrf: string; ticket?: string }[] = []
  const faults: unknown[] = []
  const postSealed = async (card: SealedCard): Promise<Receipt> => {
    asked.push({ id: card.id, csrf: '', ticket: card.ticket })
    const fault = faults.shift()
    if (fault) throw fault
    held.set(card.id, card)
    return receipt(card.id)
  }
  const post = async (card: CardBody, csrf: string): Promise<Receipt> => {
    asked.push({ id: card.id, csrf })
    const fault = faults.shift()
    if (fault) throw fault
    held.set(card.id, card)
    return receipt(card.id)
  }
  return { held, asked, faults, post, postSealed }
}

const server256 = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', server256.publicKey)))
const tickets = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ ticket: `ticket-${from + i}`, expiresAt: new Date(Date.UTC(2027, 0, 1) + (from + i) * 1000).toISOString() }))
const fill = (count = 24): Promise<void> => changeStock(() => restocked(undefined, 'mark-leo', { tickets: tickets(0, count), key: { id: 'key-1', publicKey } }, 0))

async function sealHere(card: CardBody): Promise<SealedCard | undefined> {
  const stock = await readStock()
  const ticket = nextTicket(stock, 'mark-leo')
  return stock && ticket && seal(card, ticket.ticket, stock.key)
}

/** A card as the first version wrote it: open, bound to the session. */
const old = (card: CardBody, more = {}) => ({ v: 1, id: card.id, body: card, sentAs: leo, createdAt: 1, attempts: 0, nextAt: 0, status: 'waiting' as const, ...more })
const putOld = async (card: CardBody, more = {}): Promise<void> => void (await (await database('young')).put('outbox', old(card, more)))

function rig(more: Partial<OutboxDeps> = {}) {
  const far = server()
  const clock = { now: 1_000_000 }
  const who: Who = { account: leo, csrf: 'token-1' }
  const deps: OutboxDeps = {
    store: idbStore(), post: far.post, postSealed: far.postSealed, seal: sealHere, person: () => 'mark-leo', who: async () => who, askWho: async () => who,
    alone: (work) => work(), now: () => clock.now, changed: () => undefined, ...more
  }
  return { far, clock, who, deps, box: createOutbox(deps) }
}

const stored = async (): Promise<unknown[]> => (await database('young')).getAll('outbox')
const problem = (status: number, code: ConstructorParameters<typeof ApiError>[1], more = {}): ApiError => new ApiError(status, code, { fromHeard: true, ...more })

beforeEach(async () => {
  await (await database('young')).clear('outbox')
  await fill()
})

describe('writing first, removing last', () => {
  it('is on the phone before anything is posted', async () => {
    let atPost: unknown[] = []
    const { far, box } = rig({ postSealed: async (card) => { atPost = await stored(); return far.postSealed(card) } })
    expect(await box.add(body(), leo)).toBe('on_phone')
    await box.flush()
    expect(atPost).toHaveLength(1)
  })

  it('asks for strict durability', async () => {
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await idbStore().put(old(body('x')))
    expect(spy.mock.calls.at(-1)?.[2]).toEqual({ durability: 'strict' })
    await rig().box.add(body(), leo)
    expect(spy.mock.calls.filter((call) => call[1] === 'readwrite').map((call) => call[2])).not.toContain(undefined)
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
    const { box } = rig({ postSealed: async () => receipt('another') })
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
    const second = rig({ postSealed: first.far.postSealed })
    await second.box.flush({ force: true })
    expect(first.far.held.size).toBe(1)
    expect(await stored()).toHaveLength(0)
  })
})

describe('when the phone cannot save', () => {
  const broken = { all: async () => { throw new Error('no storage') }, put: async () => { throw new Error('quota') }, putSealed: async () => { throw new Error('quota') }, remove: async () => { throw new Error('no storage') } }

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

describe('without a ticket', () => {
  beforeEach(() => changeStock(() => undefined))

  it('posts at once under the session, and writes nothing down', async () => {
    const { box, far } = rig()
    expect(await box.add(body(), leo)).toBe('sent')
    expect(far.asked).toMatchObject([{ csrf: 'token-1' }])
    expect(await stored()).toEqual([])
  })

  it('writes the card down open only when that fails: better readable than lost', async () => {
    const { box, far } = rig()
    far.faults.push(offline)
    const card = body()
    expect(await box.add(card, leo)).toBe('on_phone')
    expect(await stored()).toMatchObject([{ v: 1, id: card.id, sentAs: leo }])
    await box.flush({ force: true })
    expect(far.held.has(card.id)).toBe(true)
    expect(await stored()).toEqual([])
  })

  it('does not hold the card in memory while a slow server thinks', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let answer: ((receipt: Receipt) => void) | undefined
    const card = body()
    const { box } = rig({ post: () => new Promise((resolve) => { answer = resolve }) })
    const adding = box.add(card, leo)
    while (!answer) await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(3001)
    expect(await adding).toBe('on_phone')
    vi.useRealTimers()
    answer(receipt(card.id))
    await vi.waitFor(async () => expect(await stored()).toEqual([]))
  })
})

describe('sealed', () => {
  const words = 'zebra in the attic'
  const telling = (): CardBody => ({ ...body(), card: 'scared', words, audience: ['0198c0de-sam'] })
  const items = async (): Promise<SealedItem[]> => (await stored()) as SealedItem[]

  it('keeps nothing that says who, what or to whom', async () => {
    const { box, far } = rig()
    far.faults.push(offline)
    const card = telling()
    expect(await box.add(card, leo)).toBe('on_phone')
    const [item] = await items()
    expect(Object.keys(item ?? {}).sort()).toEqual(['attempts', 'createdAt', 'id', 'nextAt', 'person', 'sealed', 'status', 'v'])
    expect(Object.keys(item?.sealed ?? {}).sort()).toEqual(['epk', 'id', 'iv', 'key', 'sealed', 'ticket', 'v'])
    const bytes = JSON.stringify(item)
    for (const secret of [words, 'scared', 'feeling', '0198c0de-sam', leo, card.tappedAt]) expect(bytes).not.toContain(secret)
  })

  it('takes a ticket for each card and never one twice, not even from two tabs', async () => {
    const a = rig()
    const b = rig({ postSealed: a.far.postSealed })
    await Promise.all([a.box.add(body(), leo), b.box.add(body(), leo), a.box.add(body(), leo), b.box.add(body(), leo)])
    await Promise.all([a.box.flush({ force: true }), b.box.flush({ force: true })])
    const used = new Map(a.far.asked.map((ask) => [ask.id, ask.ticket]))
    expect(used.size).toBe(4)
    expect(new Set(used.values()).size).toBe(4)
    expect((await readStock())?.tickets).toHaveLength(20)
  })

  it('never takes a ticket of another person', async () => {
    expect(nextTicket(await readStock(), 'mark-kai')).toBeUndefined()
    expect(restocked(await readStock(), 'mark-kai', { tickets: tickets(90, 91), key: { id: 'key-1', publicKey } }, 0).tickets.map((one) => one.ticket)).toEqual(['ticket-90'])
  })

  it('takes the ticket that lasts longest; only the server’s time ends one', async () => {
    expect(nextTicket(await readStock(), 'mark-leo')?.ticket).toBe('ticket-23')
    const later = restocked(await readStock(), 'mark-leo', { tickets: [], key: { id: 'key-1', publicKey } }, Date.UTC(2027, 0, 1) + 20_000)
    expect(later.tickets.map((one) => one.ticket)).toEqual(['ticket-21', 'ticket-22', 'ticket-23'])
  })

  it('goes on while somebody else uses the tablet, and while nobody is signed in', async () => {
    const { box, far, who } = rig()
    far.faults.push(offline)
    await box.add(body(), leo)
    who.account = 'someone-else'
    await box.flush({ force: true })
    expect(far.held.size).toBe(1)
    await fill()
    const alone = rig({ who: async () => ({}), postSealed: far.postSealed })
    await alone.box.add(body(), '')
    await alone.box.flush({ force: true })
    expect(far.held.size).toBe(2)
    expect(far.asked.every((ask) => ask.csrf === '')).toBe(true)
  })

  it('is sent by whoever finds it, a page or the service worker', async () => {
    const first = rig({ alone: async () => undefined })
    const card = telling()
    await first.box.add(card, leo)
    const worker = rig({ seal: async () => undefined, person: () => undefined, who: async () => ({}) })
    expect(worker.box.known(card.id)).toBeUndefined()
    await worker.box.flush({ force: true })
    expect(worker.far.held.has(card.id)).toBe(true)
    expect(await stored()).toEqual([])
  })

  it('the page forgets what it knew of it when it is locked', async () => {
    const { box } = rig({ alone: async () => undefined })
    const card = telling()
    await box.add(card, leo)
    expect(box.known(card.id)).toMatchObject({ words })
    box.forget()
    expect(box.known(card.id)).toBeUndefined()
    expect(await stored()).toHaveLength(1)
  })

  it('but not a card that lives nowhere else', async () => {
    const gone = async (): Promise<never> => { throw new Error('no storage') }
    const { box, far } = rig({ store: { all: gone, put: gone, putSealed: gone, remove: gone } })
    far.faults.push(offline)
    const card = telling()
    expect(await box.add(card, leo)).toBe('not_saved')
    box.forget()
    await box.flush({ force: true })
    expect(far.held.has(card.id)).toBe(true)
  })

  it.each(['ticket_wrong', 'ticket_used', 'ticket_expired', 'sealed_unreadable'])('%s: the session carries it while the page still knows it', async (reason) => {
    const { box, far } = rig()
    far.faults.push(problem(422, 'invalid', { reason }))
    const card = body()
    await box.add(card, leo)
    await box.flush()
    expect(far.asked.map((ask) => ask.csrf)).toEqual(['', 'token-1'])
    expect(await stored()).toEqual([])
  })

  it('but never the session of somebody else: then it is refused, with its time and reason', async () => {
    const { box, far, who } = rig()
    far.faults.push(problem(409, 'conflict', { reason: 'ticket_expired' }))
    who.account = 'someone-else'
    await box.add(body(), leo)
    await box.flush()
    expect(await box.items()).toMatchObject([{ status: 'refused', reason: 'ticket_expired', createdAt: 1_000_000 }])
    expect(far.asked).toHaveLength(1)
  })

  it('a server without that door has not refused the card', async () => {
    const { box, far, who } = rig()
    who.account = undefined
    far.faults.push(problem(404, 'not_found'))
    await box.add(body(), leo)
    await box.flush()
    expect(await box.items()).toMatchObject([{ status: 'waiting', attempts: 1 }])
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

  it.each([problem(401, 'unauthenticated'), problem(403, 'forbidden', { reason: 'csrf' })])('an open card: asks who is signed in and tries once more: %s', async (fault) => {
    const { box, far } = rig({ askWho: async () => ({ account: leo, csrf: 'token-2' }) })
    far.faults.push(fault)
    await putOld(body())
    await box.flush()
    expect(far.asked.map((ask) => ask.csrf)).toEqual(['token-1', 'token-2'])
    expect(await stored()).toHaveLength(0)
  })

  it('never sends an open card under another account, not even after a new sign-in', async () => {
    const { box, far } = rig({ askWho: async () => ({ account: 'someone-else', csrf: 'theirs' }) })
    far.faults.push(problem(403, 'forbidden', { reason: 'csrf' }))
    await putOld(body())
    await box.flush()
    expect(far.asked.every((ask) => ask.csrf === 'token-1')).toBe(true)
    expect(await stored()).toHaveLength(1)
  })

  it('leaves an open card alone while another person is signed in', async () => {
    const { box, far, who } = rig()
    who.account = 'someone-else'
    await putOld(body())
    await box.flush({ force: true })
    expect(far.asked).toHaveLength(0)
    expect(await stored()).toHaveLength(1)
  })

  it('knows its own open card by the mark of this device when the account was not known', async () => {
    const { box, far, who } = rig({ person: () => 'mark-leo' })
    await putOld(body(), { sentAs: '', person: 'mark-kai' })
    await box.flush({ force: true })
    expect(far.asked).toHaveLength(0)
    await putOld(body(), { sentAs: '', person: 'mark-leo' })
    who.account = leo
    await box.flush({ force: true })
    expect(far.asked).toHaveLength(1)
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
    const { box, far } = rig()
    const [failing, fresh] = [body(), body()]
    await putOld(failing, { attempts: 2 })
    await putOld(fresh, { createdAt: 2 })
    await box.flush({ force: true })
    expect(far.asked.map((ask) => ask.id)).toEqual([fresh.id, failing.id])
  })

  it('a flush asked for during a flush sees the card added meanwhile', async () => {
    const second = body()
    const { box, far, deps } = rig()
    let during = false
    const post = deps.postSealed
    deps.postSealed = async (card) => {
      if (!during) {
        during = true
        await putOld(second)
        void box.flush()
      }
      return post(card)
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
    const a = rig({ alone: (work, lane) => alone(work, lane, locks) })
    const b = rig({ postSealed: a.far.postSealed, alone: (work, lane) => alone(work, lane, locks) })
    await a.box.add(body(), leo)
    await Promise.all([a.box.flush({ force: true }), b.box.flush({ force: true })])
    expect(a.far.asked).toHaveLength(1)
  })

  it('still leave one card when locks are missing', async () => {
    const a = rig({ alone: (work, lane) => alone(work, lane, undefined) })
    const b = rig({ postSealed: a.far.postSealed })
    await a.box.add(body(), leo)
    await Promise.all([a.box.flush({ force: true }), b.box.flush({ force: true })])
    expect(a.far.held.size).toBe(1)
    expect(await stored()).toHaveLength(0)
  })
})

describe('records of other builds', () => {
  it('reads a record from before versions', () => {
    const card = body()
    expect(upgrade({ id: card.id, sealed: { v: 1 } })).toBeUndefined()
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
