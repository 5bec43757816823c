import type { Board, BoardMove, May, Missing, Move, Side } from './types'

export const board = $state({
  answer: undefined as Board | undefined,
  fault: undefined as unknown
})

export const view = $state({
  id: '',
  move: undefined as Move | undefined,
  /** Not theirs, or not there: the server says the same of both. */
  gone: false,
  fault: undefined as unknown,
  /** What is being sent, as the button that sent it is called; one at a time. */
  busy: '',
  /** Why the last press did not go through, and which it was. */
  pressFault: undefined as unknown,
  pressed: ''
})

const always = ['placement', 'placing', 'lead', 'keyworker', 'safeguarding']
// Only around the day of a move, or while they go along.
const sometimes = ['cover', 'team']

/** Who can have to do with a move at all: nobody else asks for any. */
export function asksForMoves(mine: string[] | undefined): boolean {
  return mine?.some((role) => always.includes(role) || sometimes.includes(role)) ?? false
}

/** Who has the page: those of whom it is the work, and whoever has to do with a move just now. */
export function movesHere(mine: string[] | undefined, answer: Board | undefined): boolean {
  return mine?.some((role) => always.includes(role)) || Boolean(answer?.moves.length)
}

/** Who can write, check or publish the pages of a place. */
export function pagesHere(mine: string[] | undefined): boolean {
  return mine?.some((role) => role === 'placement' || role === 'lead' || role === 'safeguarding') ?? false
}

export function overdue(move: Pick<BoardMove, 'missing'>): Missing[] {
  return move.missing.filter((one) => one.overdue)
}

/** How many moves something is late for: the number beside "Places". */
export function lateCount(answer: Board | undefined): number {
  return answer?.moves.filter((move) => overdue(move).length > 0).length ?? 0
}

export type Group = 'late' | 'coming' | 'after'

/** In the order the server gives within each group; what is late stands first wherever the move is. */
export function grouped(moves: BoardMove[]): { group: Group; moves: BoardMove[] }[] {
  const of = (move: BoardMove): Group => (overdue(move).length ? 'late' : move.state === 'moved' ? 'after' : 'coming')
  return (['late', 'coming', 'after'] as const).map((group) => ({ group, moves: moves.filter((move) => of(move) === group) })).filter((one) => one.moves.length)
}

/** The sides there is anything of, so that nobody filters by what they have not. */
export function sidesOf(moves: BoardMove[]): Side[] {
  return (['theirs', 'shift', 'place', 'left', 'escort'] as const).filter((side) => moves.some((move) => move.side === side))
}

export function may(move: Move | undefined, what: May): boolean {
  return move?.may.includes(what) ?? false
}

const date = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** Whole days from today's date to that one: below 0 it is past. */
export function daysUntil(day: string, now: number): number {
  const today = new Date(now)
  return Math.round((date(day) - Date.UTC(today.getFullYear(), today.getMonth(), today.getDate())) / 86_400_000)
}

export interface BagMay {
  /** Write down what goes along. */
  name: boolean
  /** Where they leave and on the way. */
  pack: boolean
  /** Where they go. */
  arrive: boolean
  photo: boolean
}

/** Each end ticks what it can see with its own eyes. */
export function bagMay(move: Move): BagMay {
  const any = may(move, 'bag')
  // Somebody can work for both places.
  const { sides } = move
  return {
    name: any && sides.some((one) => one === 'theirs' || one === 'left'), pack: any && sides.some((one) => one !== 'place'),
    arrive: any && sides.some((one) => one !== 'left'), photo: any
  }
}
