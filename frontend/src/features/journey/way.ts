// The way as it is shown: its stops with times, and what was said on this phone and the server has not told back yet. Pure.
import type { BagItem, JourneyChoice, JourneyView } from '../../lib/next-types'

export const wishes = ['with', 'seat', 'stops', 'music', 'food', 'bag', 'time', 'goodbye'] as const
export type Wish = (typeof wishes)[number]

/** Something said here: its act, and when the server took it. */
export interface Said {
  act: string
  takenAt?: string
}

export interface Local {
  wishes: Partial<Record<Wish, Said & { words: string }>>
  things: (Said & { name: string })[]
  gone: Record<string, Said>
  packed: Record<string, Said & { on: boolean }>
}

/**
 * Whether it has to be shown from here. Not once the server was asked after it had taken it, and not what it refused:
 * that stands among what waits, with its reason.
 */
export function holds(said: Said | undefined, serverTime: string, refused: ReadonlySet<string>): said is Said {
  if (!said || refused.has(said.act)) return false
  return !said.takenAt || Date.parse(serverTime) < Date.parse(said.takenAt)
}

export interface ShownThing extends BagItem {
  /** Only on this phone so far. */
  waits: boolean
}

/** The list as the server told it, with what was said here since. */
export function bagOf(bag: BagItem[], local: Local, serverTime: string, refused: ReadonlySet<string>): ShownThing[] {
  const keep = (said: Said | undefined): said is Said => holds(said, serverTime, refused)
  const added = local.things.filter((one) => keep(one) && !bag.some((item) => item.id === one.act))
  const all: ShownThing[] = [
    ...bag.map((item) => ({ ...item, waits: false })),
    ...added.map((one) => ({ id: one.act, name: one.name, mine: true, packed: false, arrived: false, missing: false, waits: !one.takenAt }))
  ]
  return all
    .filter((item) => !keep(local.gone[item.id]))
    .map((item) => {
      const tick = local.packed[item.id]
      return tick && keep(tick) ? { ...item, packed: tick.on } : item
    })
}

export interface ShownWish {
  key: Wish
  wish?: string
  state?: JourneyChoice['state'] | 'here'
  reason?: string
  by?: string
}

/** What was wished, in one order, and what came of it. `here`: only on this phone so far. */
export function wishesOf(choices: JourneyChoice[], local: Local, serverTime: string, refused: ReadonlySet<string>): ShownWish[] {
  return wishes.map((key) => {
    const here = local.wishes[key]
    if (here && holds(here, serverTime, refused)) return { key, wish: here.words, state: here.takenAt ? 'asked' : 'here' }
    const known = choices.find((one) => one.key === key)
    return { key, wish: known?.wish, state: known?.state, reason: known?.reason, by: known?.by?.name }
  })
}

export interface Halt {
  name: string
  toilet: boolean
  /** When they are there (ms), where it is known. */
  at?: number
}

/** Stops in the order of the way, with their times where it is known when they set off. */
export function haltsOf({ leavesAt, stops }: Pick<JourneyView, 'leavesAt' | 'stops'>): Halt[] {
  const from = leavesAt ? Date.parse(leavesAt) : undefined
  return stops.map(({ name, toilet, minutes }) => ({ name, toilet, ...(from !== undefined && minutes && { at: from + minutes * 60_000 }) }))
}

/** About when they are there. */
export function arrives({ leavesAt, minutes }: Pick<JourneyView, 'leavesAt' | 'minutes'>): number | undefined {
  return leavesAt && minutes ? Date.parse(leavesAt) + minutes * 60_000 : undefined
}
