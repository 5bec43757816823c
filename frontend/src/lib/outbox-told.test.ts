// Answers and contacts in the outbox: sealed like cards, and in no other way.
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { toBase64url } from './base64url'
import { ApiError } from './http'
import { database } from './idb'
import { type OutboxDeps, createOutbox } from './outbox'
import { idbStore } from './outbox-deps'
import type { SealedCard } from './outbox-types'
import { padded, seal } from './seal'
import { changeStock, nextTicket, readStock, restocked } from './tickets'
import type { MoveAct, MoveBody } from './next-types'
import type { AnswerBody, CardBody, Receipt, ToldReceipt } from './types'
import { uuidv7 } from './uuid'

const leo = 'account-leo'
const answer = (more: Partial<AnswerBody> = {}): AnswerBody => ({ what: 'answer', id: uuidv7(), contact: 'contact-of-mine', listened: 2, words: 'nobody asked me', tell: false, ...more })
const receipt = (clientId: string): ToldReceipt => ({ id: clientId, clientId, receivedAt: '2026-11-21T14:04:01.000Z', duplicate: false, countsIn: '2026-11' })
const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
const fill = (count: number): Promise<void> =>
  changeStock(() => restocked(undefined, 'mark-leo', { tickets: Array.from({ length: count }, (_, i) => ({ ticket: `t${i}`, expiresAt: '2027-01-01T00:00:00.000Z' })), key: { id: 'k', publicKey } }, 0))
const stored = async (): Promise<unknown[]> => (await database('young')).getAll('outbox')

function rig(more: Partial<OutboxDeps> = {}) {
  const posted: SealedCard[] = []
  const open: CardBody[] = []
  const faults: unknown[] = []
  const deps: OutboxDeps = {
    store: idbStore(),
    postSealed: async (card) => {
      const fault = faults.shift()
      if (fault) throw fault
      posted.push(card)
      return receipt(card.id)
    },
    post: async (body): Promise<Receipt> => {
      open.push(body)
      return { id: body.id, clientId: body.id, state: 'received', receivedAt: '', version: 1, duplicate: false }
    },
    seal: async (body) => {
      const stock = await readStock()
      const ticket = nextTicket(stock, 'mark-leo')
      return stock && ticket && seal(body, ticket.ticket, stock.key)
    },
    person: () => 'mark-leo', who: async () => ({ account: leo, csrf: 'x' }), askWho: async () => ({ account: leo, csrf: 'x' }),
    alone: (work) => work(), now: () => 1_000_000, changed: () => undefined, ...more
  }
  return { posted, open, faults, box: createOutbox(deps) }
}
const heard = (status: number, reason: string): ApiError => new ApiError(status, status === 404 ? 'not_found' : 'invalid', { fromHeard: true, reason })

beforeEach(async () => {
  await (await database('young')).clear('outbox')
  await fill(4)
})

describe('an answer', () => {
  it('is on the phone sealed, and only what it is can be read there', async () => {
    const { box, faults } = rig()
    faults.push(new ApiError(0, 'offline'))
    expect(await box.add(answer(), leo)).toBe('on_phone')
    await box.flush()
    expect(await stored()).toMatchObject([{ what: 'answer', status: 'waiting' }])
    expect(JSON.stringify(await stored())).not.toMatch(/nobody asked|"listened"|contact-of-mine|account-leo/)
  })

  it('goes by its seal, and leaves on its own receipt', async () => {
    const { box, posted } = rig()
    await box.add(answer(), leo)
    await box.flush()
    expect(posted).toHaveLength(1)
    expect(await stored()).toEqual([])
  })

  it('without a ticket is never written down or posted open; with tickets it is sealed and goes', async () => {
    const { box, open, posted } = rig()
    await fill(0)
    expect(await box.add(answer(), leo)).toBe('not_saved')
    await box.flush({ force: true })
    expect([await stored(), open, await box.nextIn()]).toEqual([[], [], undefined])
    expect(await box.items()).toMatchObject([{ what: 'answer' }])
    await fill(4)
    await box.reseal(leo)
    expect([posted.length, open.length, (await box.items()).length]).toEqual([1, 0, 0])
  })

  it.each(['ticket_wrong', 'ticket_used', 'sealed_unreadable'])('refused as %s it stays a sealed one: no session carries it', async (reason) => {
    const { box, faults, open } = rig()
    faults.push(heard(403, reason))
    await box.add(answer(), leo)
    await box.flush()
    expect(open).toEqual([])
    expect(await stored()).toMatchObject([{ what: 'answer', status: 'refused', reason }])
  })

  it('about what is not there is refused; a server that has no such route is no refusal', async () => {
    const { box, faults } = rig()
    faults.push(heard(404, 'contact'))
    await box.add(answer(), leo)
    await box.flush()
    faults.push(heard(404, ''))
    await box.add(answer(), leo)
    await box.flush()
    expect((await box.items()).map((item) => item.status).sort()).toEqual(['refused', 'waiting'])
  })

  it('that says nothing is as long as one that does', () => {
    expect(padded(answer({ listened: 'skip', words: undefined, contact: uuidv7() })).length).toBe(padded(answer({ listened: 5, serious: 4, say: 2, contact: uuidv7() })).length)
  })
})

describe('a card beside an answer', () => {
  const card = (): CardBody => ({ id: uuidv7(), card: 'not_safe', kind: 'feeling', audience: ['sam'], kept: false, tappedAt: '2026-11-21T14:04:00.000Z' })

  /** A line on which an answer hangs until it is let go; with `stops` it ends when it is told to, as fetch does. */
  function slow({ stops = false } = {}) {
    const asked: string[] = []
    const came: string[] = []
    let hangs = true
    let letGo: () => void = () => undefined
    const told = new Set<string>()
    const made = rig({
      postSealed: async (sealed, stop) => {
        asked.push(sealed.id)
        if (hangs && told.has(sealed.id)) {
          await new Promise<void>((resolve, reject) => {
            letGo = resolve
            if (stops) stop?.addEventListener('abort', () => reject(new ApiError(0, 'timeout')))
          })
        }
        came.push(sealed.id)
        return receipt(sealed.id)
      },
      sent: (item) => receipts.push(item.id)
    })
    const receipts: string[] = []
    const tell = async (): Promise<string> => {
      const body = answer()
      told.add(body.id)
      await made.box.add(body, leo)
      return body.id
    }
    const end = (): void => {
      hangs = false
      letGo()
    }
    return { ...made, asked, came, receipts, tell, end }
  }

  it('is posted at once while one hangs, and has its receipt; the answer follows, once', async () => {
    const { box, asked, came, receipts, tell, end } = slow()
    const told = await tell()
    await vi.waitFor(() => expect(asked).toEqual([told]))
    const mine = card()
    await box.add(mine, leo)
    await vi.waitFor(() => expect(receipts).toEqual([mine.id]))
    expect(await box.items()).toMatchObject([{ id: told }])
    end()
    await box.flush({ force: true })
    expect([came, receipts, await stored()]).toEqual([[mine.id, told], [mine.id, told], []])
  })

  it('has the line to itself: the answer is stopped, stays on the phone, and goes later under its id', async () => {
    const { box, asked, came, tell, end } = slow({ stops: true })
    const told = await tell()
    await vi.waitFor(() => expect(asked).toEqual([told]))
    const mine = card()
    await box.add(mine, leo)
    await vi.waitFor(async () => expect(await stored()).toMatchObject([{ id: told, status: 'waiting', attempts: 1 }]))
    expect(came).toEqual([mine.id])
    end()
    await box.flush({ force: true })
    expect([asked, came, await stored()]).toEqual([[told, mine.id, told], [mine.id, told], []])
  })

  it('goes first of all that waits, however long an answer has waited', async () => {
    const closed = rig({ alone: async () => undefined })
    const told = answer()
    const mine = card()
    await closed.box.add(told, leo)
    await closed.box.add(mine, leo)
    const { box, posted } = rig()
    await box.flush({ force: true })
    expect(posted.map((sealed) => sealed.id)).toEqual([mine.id, told.id])
  })

  it('is waited for by an answer while it is on its way', async () => {
    const asked: string[] = []
    let arrive = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const mine = card()
    const { box } = rig({
      postSealed: async (sealed) => {
        asked.push(sealed.id)
        if (sealed.id === mine.id) await arrived
        return receipt(sealed.id)
      }
    })
    const sending = box.add(mine, leo)
    await vi.waitFor(() => expect(asked).toEqual([mine.id]))
    const told = answer()
    const telling = box.add(told, leo)
    await vi.waitFor(async () => expect(await stored()).toHaveLength(2))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(asked).toEqual([mine.id])
    arrive()
    await Promise.all([sending, telling])
    await box.flush({ force: true })
    expect([asked, await stored()]).toEqual([[mine.id, told.id], []])
  })

  it('goes before the next answer when it comes during one', async () => {
    const { box, came, tell, end, asked } = slow()
    const first = await tell()
    await vi.waitFor(() => expect(asked).toEqual([first]))
    const second = await tell()
    const mine = card()
    await box.add(mine, leo)
    await vi.waitFor(() => expect(came).toEqual([mine.id]))
    end()
    await box.flush({ force: true })
    expect(came).toEqual([mine.id, first, second])
  })

  it('that failed has a time for its next try while an answer is on its way', async () => {
    const { box, tell, asked, end } = slow()
    const told = await tell()
    await vi.waitFor(() => expect(asked).toEqual([told]))
    const mine = card()
    await (await database('young')).put('outbox', { v: 1, id: mine.id, body: mine, sentAs: leo, createdAt: 1, attempts: 2, nextAt: 1_002_000, status: 'waiting' })
    expect([await box.nextIn('cards'), await box.nextIn('told')]).toEqual([2000, 0])
    end()
    await box.flush()
  })

  it('that fails for ever does not silence a voice', async () => {
    const { box, tell, asked, came, end } = slow({ stops: true })
    const told = await tell()
    await vi.waitFor(() => expect(asked).toEqual([told]))
    const mine = card()
    await (await database('young')).put('outbox', { v: 1, id: mine.id, body: mine, sentAs: leo, createdAt: 1, attempts: 8, nextAt: 0, status: 'waiting' })
    await box.flush({ force: true, lane: 'cards' })
    end()
    await vi.waitFor(() => expect(came).toEqual([told]))
    expect(asked).toEqual([told])
  })
})

describe('what is said about a move', () => {
  const card = (): CardBody => ({ id: uuidv7(), card: 'not_safe', kind: 'feeling', audience: ['sam'], kept: false, tappedAt: '2026-11-21T14:04:00.000Z' })
  const word = (act: MoveAct = { do: 'bag', name: 'my teddy' }): MoveBody => ({ what: 'move', id: uuidv7(), move: 'mine', ...act })
  const offline = new ApiError(0, 'offline')

  /** Each is said a while after the one before it, and is looked at only when its time has come. */
  function clocked() {
    let at = 1_000_000
    let mark = 'mark-leo'
    const made = rig({
      now: () => at,
      person: () => mark,
      seal: async (body) => {
        const stock = await readStock()
        const ticket = nextTicket(stock, 'mark-leo')
        return stock && ticket && seal(body, ticket.ticket, stock.key)
      }
    })
    const say = async (body = word()): Promise<string> => {
      at += 20
      await made.box.add(body, leo)
      await made.box.flush({ lane: 'told' })
      return body.id
    }
    const ids = (): string[] => made.posted.map((one) => one.id)
    return { ...made, say, ids, pass: (ms: number) => { at += ms }, as: (other: string) => { mark = other } }
  }

  it('arrives in the order it was said, however often the first one fails', async () => {
    const { box, faults, say, ids, pass } = clocked()
    faults.push(offline, offline)
    const said = [await say(), await say(word({ do: 'bag_packed', item: 'teddy', packed: true })), await say()]
    expect([ids(), faults.length, await box.nextIn('told')]).toEqual([[], 1, 960])
    pass(960)
    await box.flush({ lane: 'told' })
    expect([ids(), await box.nextIn('told')]).toEqual([[], 2000])
    pass(2000)
    await box.flush({ lane: 'told' })
    expect([ids(), await stored()]).toEqual([said, []])
  })

  it('waits behind one that the server could not take yet, and for none that it refused', async () => {
    const { box, faults, say, ids } = clocked()
    faults.push(offline)
    const yes = await say(word({ do: 'buddy_said', buddy: 'b', said: 'yes' }))
    const next = await say()
    faults.push(new ApiError(503, 'unavailable', { fromHeard: true }))
    await box.flush({ force: true })
    expect(ids()).toEqual([])
    faults.push(heard(404, 'buddy'))
    await box.flush({ force: true })
    expect([ids(), await stored()]).toMatchObject([[next], [{ id: yes, status: 'refused' }]])
  })

  it.each(['no', 'end'] as const)('goes at once when it is a %s to a buddy, and keeps nobody waiting', async (said) => {
    const { box, faults, say, ids, pass } = clocked()
    faults.push(new ApiError(500, 'internal', { fromHeard: true }))
    const first = await say()
    const no = await say(word({ do: 'buddy_said', buddy: 'b', said }))
    expect([ids(), await stored()]).toMatchObject([[no], [{ id: first, attempts: 1 }]])
    pass(1000)
    faults.push(new ApiError(500, 'internal', { fromHeard: true }))
    await box.flush({ lane: 'told' })
    await fill(0)
    const unsealed = await say(word({ do: 'buddy_said', buddy: 'b', said }))
    await fill(4)
    pass(30_000)
    const after = await say()
    expect([ids(), await box.items()]).toMatchObject([[no, first, after], [{ id: unsealed }]])
  })

  it('holds nobody up when this server does not know it, now or at the next try', async () => {
    const { box, faults, say, ids, pass } = clocked()
    const unknown = new ApiError(503, 'unavailable', { fromHeard: true, reason: 'what' })
    faults.push(offline)
    const newer = await say()
    pass(1000)
    const second = word()
    faults.push(unknown)
    await say(second)
    expect([ids(), await stored()]).toMatchObject([[second.id], [{ id: newer, status: 'waiting' }]])
    const third = await say()
    pass(60_000)
    faults.push(unknown)
    await box.flush({ lane: 'told' })
    const fourth = await say()
    expect([ids(), await stored()]).toMatchObject([[second.id, third, fourth], [{ id: newer, status: 'waiting', attempts: 3 }]])
    pass(60_000)
    await box.flush({ lane: 'told' })
    expect([ids().at(-1), await stored()]).toEqual([newer, []])
  })

  it('waits for one before it that has no ticket yet, and nobody asks in between', async () => {
    const { box, say, ids } = clocked()
    await fill(0)
    const first = await say()
    await fill(4)
    const second = await say()
    await box.flush({ force: true })
    expect([ids(), await box.nextIn()]).toEqual([[], undefined])
    await box.reseal(leo)
    expect([ids(), await stored()]).toEqual([[first, second], []])
  })

  it('holds up no card, no answer, and nobody else who speaks from this phone', async () => {
    const { box, faults, say, ids, as } = clocked()
    faults.push(offline)
    const first = await say()
    const mine = card()
    await box.add(mine, leo)
    await box.flush({ lane: 'cards' })
    const told = answer()
    await box.add(told, leo)
    await box.flush({ lane: 'told' })
    as('mark-tia')
    const other = await say()
    expect([ids(), await stored()]).toMatchObject([[mine.id, told.id, other], [{ id: first, attempts: 1 }]])
  })
})
