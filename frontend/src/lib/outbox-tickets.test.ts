import 'fake-indexeddb/auto'
import { beforeEach, expect, it } from 'vitest'
import { toBase64url } from './base64url'
import { ApiError } from './http'
import { database } from './idb'
import { type OutboxDeps, type Who, createOutbox } from './outbox'
import { browserDeps, idbStore, keptTickets } from './outbox-deps'
import { seal } from './seal'
import { changeStock, nextTicket, readStock, restocked } from './tickets'
import type { CardBody, Receipt } from './types'
import { uuidv7 } from './uuid'

const leo = 'account-leo'
const words = 'zebra in the attic'
const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
const key = { id: 'key-1', publicKey: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) }
const body = (): CardBody => ({ id: uuidv7(), card: 'sad', kind: 'feeling', audience: ['sam'], words, kept: false, tappedAt: '2026-11-21T14:04:00.000Z' })
const receipt = (clientId: string): Receipt => ({ id: `server-${clientId}`, clientId, state: 'received', receivedAt: '2026-11-21T14:04:01.000Z', version: 1, duplicate: false })
const fill = (person: string, ...names: string[]): Promise<void> =>
  changeStock(() => restocked(undefined, person, { tickets: names.map((ticket) => ({ ticket, expiresAt: '2027-01-01T00:00:00.000Z' })), key }, 0))
const onDisk = async (): Promise<unknown[]> => (await database('young')).getAll('outbox')

/** A phone without signal until `far.on`. */
function rig(more: Partial<OutboxDeps> = {}) {
  const far = { on: false, wrong: new Set<string>(), asked: [] as string[] }
  const who: Who & { person: string } = { account: leo, csrf: 'token', person: 'mark-leo' }
  const answer = (id: string, by: string): Receipt => {
    far.asked.push(by)
    if (far.wrong.has(by)) throw new ApiError(422, 'invalid', { reason: 'ticket_wrong', fromHeard: true })
    if (!far.on) throw new ApiError(0, 'offline')
    return receipt(id)
  }
  const box = createOutbox({
    ...browserDeps({
      who: async () => who, askWho: async () => who, person: () => who.person, changed: () => undefined,
      seal: async (card) => {
        const stock = await readStock()
        const ticket = nextTicket(stock, who.person)
        return stock && ticket && seal(card, ticket.ticket, stock.key)
      }
    }),
    store: idbStore(), alone: (work) => work(), postSealed: async (card) => answer(card.id, card.ticket), post: async (card) => answer(card.id, 'session'), ...more
  })
  return { box, far, who }
}

beforeEach(async () => {
  await (await database('young')).clear('outbox')
  await changeStock(() => undefined)
})

it('an open card that waits is sealed as soon as tickets come', async () => {
  const { box, far } = rig()
  const card = body()
  expect(await box.add(card, leo)).toBe('on_phone')
  expect(JSON.stringify(await onDisk())).toContain(words)
  await fill('mark-leo', 'a')
  await box.reseal(leo)
  expect(await onDisk()).toMatchObject([{ v: 2, id: card.id, sealed: { ticket: 'a' }, person: 'mark-leo' }])
  expect(JSON.stringify(await onDisk())).not.toMatch(`${words}|${leo}`)
  far.on = true
  await box.flush({ force: true })
  expect(await onDisk()).toEqual([])
})

it('nobody else’s ticket seals it', async () => {
  const { box, who } = rig()
  await box.add(body(), leo)
  Object.assign(who, { account: 'account-kai', person: 'mark-kai' })
  await fill('mark-kai', 'k')
  await box.reseal('account-kai')
  expect(await onDisk()).toMatchObject([{ v: 1, sentAs: leo }])
  const between = rig({ seal: async (card) => { between.who.person = 'mark-kai'; return seal(card, 'k', { keyId: 'key-1', publicKey: key.publicKey }) } })
  await between.box.reseal(leo)
  expect(await onDisk()).toMatchObject([{ v: 1, sentAs: leo }])
})

it('a try that was under way does not open a sealed card again', async () => {
  let fail = (_: unknown): void => undefined
  const { box } = rig({ post: () => new Promise((_, reject) => { fail = reject }), postSealed: async () => { throw new ApiError(0, 'offline') } })
  await (await database('young')).put('outbox', { v: 1, id: 'x', body: { ...body(), id: 'x' }, sentAs: leo, createdAt: 1, attempts: 0, nextAt: 0, status: 'waiting' })
  const flushing = box.flush()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await fill('mark-leo', 'a')
  const sealing = box.reseal(leo)
  await new Promise((resolve) => setTimeout(resolve, 50))
  fail(new ApiError(0, 'offline'))
  await Promise.all([flushing, sealing])
  expect(await onDisk()).toMatchObject([{ v: 2 }])
})

it('a shared tablet writes nothing readable down, says so, and seals it when it can', async () => {
  const { box, far } = rig({ mayWriteOpen: () => false })
  expect(await box.add(body(), leo)).toBe('not_saved')
  box.forget()
  expect(await onDisk()).toEqual([])
  await fill('mark-leo', 'a')
  await box.reseal(leo)
  expect(await onDisk()).toMatchObject([{ v: 2, sealed: { ticket: 'a' } }])
  far.on = true
  await box.flush({ force: true })
  expect([await onDisk(), await box.items()]).toEqual([[], []])
})

it('names the tickets at hand and those beside cards of any status, whoever tapped them', async () => {
  await fill('mark-leo', 'a', 'b')
  await rig().box.add(body(), leo)
  await changeStock(() => undefined)
  const db = await database('young')
  await db.put('outbox', { id: 'later-build', v: 9, sealed: { ticket: 'z' }, status: 'refused' } as never)
  await db.put('outbox', { id: 'strange', v: 9, sealed: 'AAAA' } as never)
  await fill('mark-kai', 'k')
  expect((await keptTickets()).sort()).toEqual(['a', 'k', 'z'])
})

it('throws its stock away when the server knows a ticket no more, and sends by session what the page still knows', async () => {
  await fill('mark-leo', 'a', 'b')
  const { box, far } = rig()
  far.wrong.add('a')
  await box.add(body(), leo)
  await box.flush({ force: true })
  // No signal for the session yet: it waits, and is not refused.
  expect(await onDisk()).toMatchObject([{ status: 'waiting' }])
  expect(await readStock()).toBeUndefined()
  far.on = true
  await box.flush({ force: true })
  expect(await onDisk()).toEqual([])
  expect(far.asked.at(-1)).toBe('session')
})

it('what no page knows any more stays, refused with its time and reason', async () => {
  await fill('mark-leo', 'a')
  const first = rig({ alone: async () => undefined })
  await first.box.add(body(), leo)
  const { box, far } = rig()
  far.wrong.add('a')
  await box.flush({ force: true })
  expect(await onDisk()).toMatchObject([{ status: 'refused', reason: 'ticket_wrong' }])
})
