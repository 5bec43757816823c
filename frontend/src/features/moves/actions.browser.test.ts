import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tellLive } from '../../lib/live.svelte'
import { session } from '../../lib/session.svelte'
import { answerQuestion, changedMeanwhile, faultOf, forgetMove, loadMove, makeMove, noPack, saveWords, settleChoice, tell, watchBoard, watchMove } from './actions'
import { bodyOf, emptyBody } from './form'
import { madeUp } from './made-up'
import { board, view } from './state.svelte'
import type { Choice, Move } from './types'

type Answer = { status: number; body: unknown } | 'lost'
let answers: Record<string, Answer[]>
let calls: { what: string; body: unknown; background: boolean }[]
let now: Move

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
const presses = () => calls.filter((one) => !one.what.startsWith('GET'))
const refused = (status: number, code: string, reason: string): Answer => ({ status, body: { code, reason } })

beforeEach(() => {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '', roles: ['keyworker'], account: { id: 's', name: 'Sam', avatar: 'a2' } }
  answers = {}
  calls = []
  now = madeUp()
  forgetMove()
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    const what = `${options.method} ${url.replace('/api/work', '')}`
    const headers = options.headers as Record<string, string>
    calls.push({ what, body: options.body ? JSON.parse(String(options.body)) : undefined, background: headers['X-Heard-Background'] === '1' })
    const given = answers[what]?.shift() ?? { status: 200, body: what === 'GET /moves/m' ? now : what === 'GET /moves' ? { moves: [], mayMake: [], places: [], serverTime: now.serverTime } : {} }
    if (given === 'lost') throw new TypeError('network')
    return new Response(JSON.stringify(given.body), { status: given.status, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('a press', () => {
  it('goes once, however often it is pressed, and shows what the server then holds', async () => {
    await loadMove('m')
    now.revision = 4
    const first = answerQuestion('q2', 'Yes.')
    expect(view.busy).toBe('answer:q2')
    expect(await answerQuestion('q2', 'Yes.')).toBe(false)
    expect(await first).toBe(true)
    expect(presses()).toMatchObject([{ what: 'POST /moves/m/questions/q2', body: { words: 'Yes.' } }])
    expect([view.move?.revision, view.busy]).toEqual([4, ''])
  })

  it('that was refused says why at its own place, and nowhere else', async () => {
    await loadMove('m')
    answers['POST /moves/m/questions/q2'] = ['lost']
    expect(await answerQuestion('q2', 'Yes.')).toBe(false)
    expect(faultOf('answer:q2')).toMatchObject({ code: 'offline' })
    expect(faultOf('answer:q1')).toBeUndefined()
    expect(await answerQuestion('q2', 'Yes.')).toBe(true)
    expect(faultOf('answer:q2')).toBeUndefined()
  })

  it('answers the wish that was read', async () => {
    await loadMove('m')
    const wish = now.journey?.choices[0] as Choice
    answers['POST /moves/m/choices/seat'] = [refused(409, 'conflict', 'changed')]
    expect(await settleChoice(wish, false, 'Airbag')).toBe(false)
    expect(presses()[0]?.body).toEqual({ askedAt: wish.askedAt, agreed: false, reason: 'Airbag' })
  })

  it('tells without a pack only after the server said that there is none', async () => {
    await loadMove('m')
    answers['POST /moves/m/tell'] = [refused(409, 'conflict', 'no_pack')]
    await tell(3)
    expect(noPack(faultOf('tell'))).toBe(true)
    await tell(3, true)
    expect(presses().map((one) => one.body)).toEqual([{ base: 3, withoutPack: false }, { base: 3, withoutPack: true }])
  })

  it('after somebody else saved leaves both texts there: theirs on the page, and nothing sent twice', async () => {
    await loadMove('m')
    answers['PUT /moves/m'] = [refused(409, 'conflict', 'changed')]
    const mine = { ...bodyOf(now), reason: 'Mine' }
    now = { ...madeUp(), revision: 4, words: { reason: 'Theirs', decidedBy: 'd', wishes: 'w' } }
    expect(await saveWords(3, mine)).toBe(false)
    expect(changedMeanwhile(view.pressFault)).toBe(true)
    expect([view.move?.revision, view.move?.words?.reason]).toEqual([4, 'Theirs'])
    expect(presses()).toMatchObject([{ what: 'PUT /moves/m', body: { base: 3, reason: 'Mine' } }])
  })
})

describe('the page', () => {
  it('shows nothing of a move that is theirs to see no more', async () => {
    await loadMove('m')
    answers['GET /moves/m'] = [{ status: 404, body: { code: 'not_found' } }]
    await loadMove('m', true)
    expect([view.move, view.gone]).toEqual([undefined, true])
  })

  it('keeps what it knew when the connection is gone', async () => {
    await loadMove('m')
    answers['GET /moves/m'] = ['lost']
    await loadMove('m', true)
    expect(view.move?.id).toBe('m')
    expect(view.fault).toMatchObject({ code: 'offline' })
  })

  it('follows what changes without holding the idle lock open, and forgets all of it when it is left', async () => {
    const stop = watchMove('m')
    await settled()
    tellLive()
    await settled()
    expect(calls.map((one) => [one.what, one.background])).toEqual([['GET /moves/m', false], ['GET /moves/m', true]])
    stop()
    expect([view.move, view.id]).toEqual([undefined, ''])
  })

  it('never shows one move under another’s address', async () => {
    await loadMove('m')
    answers['GET /moves/n'] = ['lost']
    await loadMove('n')
    expect(view.move).toBeUndefined()
  })
})

describe('the board', () => {
  it('is asked for again when something changes, by whoever can have to do with a move', async () => {
    const stop = watchBoard()
    await settled()
    tellLive()
    await settled()
    expect(calls.map((one) => one.what)).toEqual(['GET /moves', 'GET /moves'])
    stop()
    expect(board.answer).toBeUndefined()
    if (session.value) session.value.roles = ['analyst']
    watchBoard()()
    await settled()
    expect(calls).toHaveLength(2)
  })

  it('sends a new move with an id of its own and without what was left empty', async () => {
    await makeMove('new', 'y', { ...emptyBody(), toServiceId: 'o', toName: '', reason: 'r', decidedBy: 'd', wishes: 'w' })
    expect(presses()[0]).toMatchObject({ what: 'POST /moves', body: { id: 'new', youngPersonId: 'y', toServiceId: 'o', emergency: false, reason: 'r', decidedBy: 'd', wishes: 'w' } })
    expect(Object.keys(presses()[0]?.body as object).sort()).toEqual(['decidedBy', 'emergency', 'id', 'reason', 'toServiceId', 'wishes', 'youngPersonId'])
  })
})
