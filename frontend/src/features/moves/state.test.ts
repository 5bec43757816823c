import { describe, expect, it } from 'vitest'
import { ApiError } from '../../lib/http'
import { emptyBody, refusedIn, wrongIn } from './form'
import { draftOf, journeyBodyOf, wrongInJourney } from './journey'
import { dateOf, momentAt } from './moment'
import { asksForMoves, bagMay, daysUntil, grouped, lateCount, movesHere, pagesHere, sidesOf } from './state.svelte'
import type { Board, BoardMove, Journey, Move, Side } from './types'
import { countWords } from './words'

const leo = { id: 'y', name: 'Leo', avatar: 'a1' }
const move = (id: string, more: Partial<BoardMove> = {}): BoardMove => ({ id, youngPerson: leo, to: { name: 'Oak House' }, emergency: false, state: 'told', side: 'theirs', missing: [], ...more })
const late = (id: string, more: Partial<BoardMove> = {}): BoardMove => move(id, { missing: [{ what: 'question', overdue: true, due: '2026-11-20T17:00:00Z' }, { what: 'bag', overdue: false }], ...more })

describe('the board', () => {
  const moves = [move('a'), late('b', { side: 'place' }), move('c', { state: 'moved' }), late('d', { state: 'moved' }), move('e', { state: 'preparing' })]

  it('puts what is late on top and keeps the server’s order within each group', () => {
    expect(grouped(moves).map(({ group, moves }) => [group, moves.map((one) => one.id)])).toEqual([['late', ['b', 'd']], ['coming', ['a', 'e']], ['after', ['c']]])
    expect(grouped([])).toEqual([])
  })

  it('counts moves that are late, not what they lack', () => {
    expect(lateCount({ moves } as unknown as Board)).toBe(2)
    expect(lateCount(undefined)).toBe(0)
  })

  it('offers as filters only sides there is something of', () => expect(sidesOf(moves)).toEqual(['theirs', 'place']))

  it('is there for those of whom it is the work, and for whoever has to do with a move just now', () => {
    const some = { moves } as unknown as Board
    expect(['placement', 'placing', 'lead', 'keyworker', 'safeguarding'].every((role) => movesHere([role], undefined))).toBe(true)
    expect([undefined, [], ['cover'], ['team'], ['analyst', 'commissioner', 'admin']].some((roles) => movesHere(roles, undefined))).toBe(false)
    expect(movesHere(['cover'], some)).toBe(true)
    expect([['keyworker'], ['cover'], ['team'], ['analyst', 'commissioner', 'admin'], [], undefined].map(asksForMoves)).toEqual([true, true, true, false, false, false])
    expect([['placement'], ['lead'], ['safeguarding'], ['placing'], ['keyworker'], undefined].map(pagesHere)).toEqual([true, true, true, false, false, false])
  })
})

describe('days', () => {
  it('are counted from today’s date, also across a change of the clocks', () => {
    const now = new Date(2026, 2, 28, 23, 30).getTime()
    expect([daysUntil('2026-03-28', now), daysUntil('2026-03-29', now), daysUntil('2026-04-04', now), daysUntil('2026-03-27', now)]).toEqual([0, 1, 7, -1])
  })

  it('that don’t exist are no moment', () => {
    expect([momentAt('2026-02-31', '14:00'), momentAt('', '14:00'), momentAt('2026-11-27', ''), momentAt('2026-11-27', '25:00')]).toEqual([undefined, undefined, undefined, undefined])
    const at = momentAt('2026-11-27', '14:30')
    expect(at && dateOf(at)).toBe('2026-11-27')
  })
})

describe('a move’s form', () => {
  it('asks for where to, why, who decided and how wishes were heard', () => {
    expect(Object.keys(wrongIn(emptyBody())).sort()).toEqual(['decidedBy', 'reason', 'to', 'wishes'])
    expect(wrongIn({ ...emptyBody(), toName: 'The Mill', reason: 'r', decidedBy: 'd', wishes: 'w' })).toEqual({})
  })

  it('shows what the server refused at its field', () => {
    expect(refusedIn(new ApiError(422, 'invalid', { fields: { day: 'x' } }))).toEqual({ day: true })
    expect(refusedIn(new ApiError(409, 'conflict', { reason: 'told', fields: {} }))).toEqual({})
  })
})

describe('a journey’s form', () => {
  const journey: Journey = {
    revision: 2, leavesAt: momentAt('2026-11-27', '10:15'), how: 'train', minutes: 95, mayStop: false, stops: [{ name: 'Ely', minutes: 30, toilet: true }], carriedIn: 'case',
    with: [leo], escort: { id: 'e', name: 'Sam', avatar: 'a2' }, choices: []
  }

  it('gives back what it was given', () => {
    expect(journeyBodyOf(draftOf(journey, undefined))).toEqual({
      leavesAt: journey.leavesAt, how: 'train', minutes: 95, mayStop: false, stops: journey.stops, carriedIn: 'case', with: ['y'], escortId: 'e', privacy: '', music: '', food: '', words: ''
    })
  })

  it('begins with the day of the move, and lets them ask for stops', () => expect(draftOf(undefined, '2026-11-27')).toMatchObject({ date: '2026-11-27', clock: '', mayStop: true, how: '' }))

  it('finds what is missing or can’t be', () => {
    const draft = draftOf(journey, undefined)
    expect(wrongInJourney(draft)).toEqual({})
    expect(wrongInJourney({ ...draft, how: '', date: '2026-02-31', minutes: 'two', stops: [{ name: ' ', minutes: '', toilet: true }] })).toEqual({ how: true, leaves: true, minutes: true, stops: true })
  })
})

it('each end ticks what it can see', () => {
  const of = (side: Side, may: Move['may'] = ['bag']) => bagMay({ side, sides: [side], may } as Move)
  expect(of('theirs')).toEqual({ name: true, pack: true, arrive: true, photo: true })
  expect(of('left')).toEqual({ name: true, pack: true, arrive: false, photo: true })
  expect(of('place')).toEqual({ name: false, pack: false, arrive: true, photo: true })
  expect(of('escort')).toEqual({ name: false, pack: true, arrive: true, photo: true })
  expect(bagMay({ side: 'place', sides: ['place', 'left'], may: ['bag'] } as unknown as Move)).toEqual({ name: true, pack: true, arrive: true, photo: true })
  expect(of('theirs', [])).toEqual({ name: false, pack: false, arrive: false, photo: false })
})

it('counts days to the day and days after it, and none where it was today or came early', () => {
  const now = new Date('2026-11-22T12:00:00Z').getTime()
  const count = (day: string, state: Move['state']) => countWords({ day, state }, now)?.number
  expect([count('2026-11-28', 'told'), count('2026-11-22', 'told'), count('2026-11-20', 'told')]).toEqual(['6', '0', '2'])
  expect([count('2026-11-20', 'moved'), count('2026-11-22', 'moved'), count('2026-11-28', 'moved')]).toEqual(['2', undefined, undefined])
})
