// Two people wrote at once. What differs is shown piece by piece, and somebody says which it is to be: nothing is put
// together unseen. Pure.
import { type Pack, type Part, type PartKey, partKeys } from '../../ui/pack/types'

/** What can be chosen by itself. */
export type Piece = PartKey | 'called' | 'area' | 'lives' | 'walk' | 'people' | 'guideFile'
export const pieces: readonly Piece[] = ['called', 'area', 'lives', ...partKeys, 'walk', 'people', 'guideFile']

export type Side = 'mine' | 'theirs' | 'both'

export interface Difference {
  piece: Piece
  /** Who has changed it since both read the same. */
  by: 'mine' | 'theirs' | 'both'
}

const isPart = (piece: Piece): piece is PartKey => (partKeys as readonly string[]).includes(piece)
const empty = (key: PartKey): Part => ({ key, words: '', photos: [] })

/** A part, also one that nobody has written yet. */
export function partIn(pack: Pack, key: PartKey): Part {
  return pack.parts.find((one) => one.key === key) ?? empty(key)
}

function value(pack: Pack, piece: Piece): unknown {
  return isPart(piece) ? partIn(pack, piece) : pack[piece]
}

const alike = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** The same whatever order its fields were written in, and whether empty ones were. */
function sorted(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(sorted)
  if (typeof given === 'string') return given.trim()
  if (given === null || typeof given !== 'object') return given
  const fields = Object.entries(given).filter(([, one]) => one !== undefined && one !== '' && one !== false && !(Array.isArray(one) && one.length === 0))
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]))
}

/** With everything in it that a form writes into, in order. */
export function filled(pack: Pack): Pack {
  // Not structuredClone: what a form holds is watched, and can't be cloned so.
  const whole: Pack = JSON.parse(JSON.stringify(pack))
  whole.parts = partKeys.map((key) => partIn(whole, key))
  const rules = whole.parts.find((part) => part.key === 'agreements')
  if (rules) rules.rules ??= []
  return whole
}

/** As it is sent: without what nobody has written. */
export function pruned(pack: Pack): Pack {
  const parts = pack.parts.flatMap((part) => {
    const rules = (part.rules ?? []).filter(({ rule, why }) => rule.trim() || why.trim())
    const kept: Part = { key: part.key, words: part.words, photos: part.photos, ...(rules.length > 0 ? { rules } : {}), ...(part.voice ? { voice: part.voice } : {}) }
    return kept.words.trim() || kept.photos.length > 0 || rules.length > 0 || part.voice ? [kept] : []
  })
  return { ...pack, parts, people: pack.people.filter((one) => one.name.trim() || one.role.trim() || one.about?.trim() || one.shot) }
}

/** Would be shown alike. */
export function samePack(a: Pack, b: Pack): boolean {
  return alike(pruned(a), pruned(b))
}

/** Every piece in which mine and theirs are not the same, and who made it so. */
export function differences(base: Pack, mine: Pack, theirs: Pack): Difference[] {
  const [was, here, there] = [pruned(base), pruned(mine), pruned(theirs)]
  return pieces.flatMap((piece): Difference[] => {
    const [a, b, c] = [value(was, piece), value(here, piece), value(there, piece)]
    if (alike(b, c)) return []
    return [{ piece, by: alike(a, c) ? 'mine' : alike(a, b) ? 'theirs' : 'both' }]
  })
}

/** What is chosen before anybody has chosen: whoever alone has changed it. Where both have, nobody has chosen yet. */
export function firstChoice(by: Difference['by']): Side | undefined {
  return by === 'both' ? undefined : by
}

/** Both can be kept of everything but a single value. */
export function canBoth(piece: Piece): boolean {
  return isPart(piece) || piece === 'walk' || piece === 'people'
}

function union<T>(a: T[], b: T[], key: (one: T) => string): T[] {
  const all = [...a, ...b]
  return all.filter((one, i) => all.findIndex((other) => key(other) === key(one)) === i)
}

/** Both texts, one below the other, for somebody to write into one. */
export function bothWords(mine: Pack, theirs: Pack, key: PartKey): string {
  return [partIn(mine, key).words.trim(), partIn(theirs, key).words.trim()].filter((words, i, all) => words && all.indexOf(words) === i).join('\n\n')
}

/** Each has recorded a voice for this part, and there is room for one: somebody has to say which. */
export function twoVoices(mine: Pack, theirs: Pack, key: PartKey): boolean {
  const [a, b] = [partIn(mine, key).voice, partIn(theirs, key).voice]
  return a !== undefined && b !== undefined && a.id !== b.id
}

/** The pack that was chosen. `words` holds what somebody wrote of both texts of a part, `voices` whose voice stays where
 * both recorded one. */
export function merged(mine: Pack, theirs: Pack, choices: ReadonlyMap<Piece, Side>, words: ReadonlyMap<Piece, string>, voices: ReadonlyMap<Piece, Side>): Pack {
  const [here, there] = [filled(mine), filled(theirs)]
  const pick = <T>(piece: Piece, a: T, b: T): T => (choices.get(piece) === 'mine' ? a : b)
  const parts = partKeys.map((key): Part => {
    const [a, b] = [partIn(here, key), partIn(there, key)]
    if (choices.get(key) !== 'both') return pick(key, a, b)
    const rules = union(a.rules ?? [], b.rules ?? [], ({ rule, why }) => `${rule}\n${why}`)
    const voice = voices.get(key) === 'theirs' ? (b.voice ?? a.voice) : (a.voice ?? b.voice)
    return { key, words: words.get(key) ?? bothWords(here, there, key), photos: union(a.photos, b.photos, (shot) => shot.id), ...(key === 'agreements' ? { rules } : {}), ...(voice ? { voice } : {}) }
  })
  return {
    called: pick('called', here.called, there.called),
    area: pick('area', here.area, there.area),
    lives: pick('lives', here.lives, there.lives),
    parts,
    walk: choices.get('walk') === 'both' ? union(here.walk, there.walk, (shot) => shot.id) : pick('walk', here.walk, there.walk),
    people: choices.get('people') === 'both' ? union(here.people, there.people, (one) => JSON.stringify(sorted(one))) : pick('people', here.people, there.people),
    guideFile: pick('guideFile', here.guideFile, there.guideFile)
  }
}
