// What of a move lies in a saved copy, and until when. Pure.
import type { NextPlace } from '../../lib/next-types'
import { shotsOf, voicesOf } from '../../ui/pack/pack'
import type { Later, Pack } from '../../ui/pack/types'

/** What the copy says of itself. */
export interface Head {
  /** The pack's number: another one is another copy. */
  version: number
  value: NextPlace
  /** When the server last said that it holds (ms). */
  at: number
  /** The files that are there, and their bytes. */
  got: Record<string, number>
  /** Everything is there. */
  whole: boolean
}

const dayLong = 86_400_000
const patience = 7 * dayLong
/** While no day is known. Whoever looks with the lock open and signal begins it anew. */
const dayless = 28 * dayLong
/** What a photo takes, while nobody has said it. */
const reckoned = 110_000

/**
 * What is needed on the way: where and when, the journey with their wishes and what was answered, and their bag. Others may
 * hold this phone, and saving says so. Why they move, who decided, and what they asked and told is none of it.
 */
export function bare(value: NextPlace): NextPlace {
  const { move, journey, bag, contents, hasPack, later, serverTime } = value
  return {
    serverTime, contents, hasPack, later, journey, bag,
    move: { ...move, days: [], from: undefined, reason: '', decidedBy: '', wishes: '' },
    asks: { questions: [], visits: [], about: [] }
  }
}

/** The names of its files: id and size; what is said comes after what is seen. */
export function filesOf(pack: Pack): string[] {
  return [...shotsOf(pack).map((shot) => `${shot.id}/${shot.pano ? '2048' : '720'}.webp`), ...voicesOf(pack).map((voice) => `${voice.id}/${voice.name}`)]
}

/** What a file of the copy is, by its name. */
export function typeOf(name: string): string {
  return name.includes('/voice.') ? `audio/${name.slice(name.lastIndexOf('.') + 1)}` : 'image/webp'
}

/** A pack and what was changed in it since. */
interface Pages {
  pack: Pack
  later: Later[]
}

/** Whether one of some files stands anywhere in it: a photo, a voice, or the guide, which no copy holds. */
export function holds({ pack, later }: Pages, gone: string[]): boolean {
  const text = JSON.stringify([pack, later])
  return gone.some((id) => text.includes(JSON.stringify(id)))
}

/** It without some files, wherever they stand in it. */
export function without<Shown extends Pages>(shown: Shown, gone: string[]): Shown {
  return { ...shown, pack: packWithout(shown.pack, gone), later: shown.later.map((one) => laterWithout(one, gone)) }
}

function laterWithout(one: Later, gone: string[]): Later {
  const { part, walk, people, guideFile } = one
  const left = packWithout({ called: '', area: '', parts: part ? [part] : [], walk: walk ?? [], people: people ?? [], guideFile }, gone)
  return { ...one, part: left.parts[0], walk: walk && left.walk, people: people && left.people, guideFile: left.guideFile }
}

function packWithout(pack: Pack, gone: string[]): Pack {
  const stays = (file: { id: string }): boolean => !gone.includes(file.id)
  return {
    ...pack,
    parts: pack.parts.map((part) => ({ ...part, photos: part.photos.filter(stays), voice: part.voice && stays(part.voice) ? part.voice : undefined })),
    walk: pack.walk.filter(stays),
    people: pack.people.map((one) => (one.shot && !stays(one.shot) ? { ...one, shot: undefined } : one)),
    guideFile: pack.guideFile && stays(pack.guideFile) ? pack.guideFile : undefined
  }
}

/** About how much it takes before anything is fetched. */
export function reckon(pack: Pack): number {
  return Math.max(1, shotsOf(pack).length) * reckoned + voicesOf(pack).reduce((sum, { bytes }) => sum + bytes, 0)
}

/**
 * A week after the day, and after the server's last word: whoever was to move has moved, or nobody knows any more. While
 * the phone is locked nobody is asked, so this is what ends a copy that is never unlocked.
 */
export function isOver({ value, at }: Pick<Head, 'value' | 'at'>, now: number): boolean {
  if (!value.move.day) return now > at + dayless
  return now > Math.max(Date.parse(`${value.move.day}T00:00:00`) + dayLong, at) + patience
}
