import { expect, it } from 'vitest'
import golden from '../../ui/pack/pack.golden.json'
import type { NextPlace } from '../../lib/next-types'
import type { Later, Pack } from '../../ui/pack/types'
import { bare, filesOf, holds, isOver, reckon, typeOf, without } from './copy'

const day = 86_400_000
const value = {
  serverTime: '2026-11-21T14:00:00Z', contents: [], hasPack: true, later: 0, bag: [],
  move: { id: 'm', state: 'told', emergency: false, day: '2026-11-27', days: [], to: { name: 'Oak House' }, from: { name: 'Canary' }, by: { id: 'k', name: 'Kay', avatar: 'a1' }, toldAt: '', reason: 'Canary', decidedBy: 'Canary', wishes: 'Canary', choice: 'opened' },
  asks: { questions: [{ id: 'q', words: 'Canary', at: '', due: '' }], visits: [{ id: 'v', kind: 'visit', words: 'Canary', at: '', state: 'asked' }], about: [{ id: 'a', words: 'Canary', at: '' }] },
  buddy: { id: 'b', person: { id: 't', name: 'Canary', avatar: 'a2' }, state: 'on', askStill: false, cards: [], offer: [] },
  review: { day: 1, until: '', readers: [{ id: 's', name: 'Canary', avatar: 'a3' }] }, buddyWanted: true
} as NextPlace

it('keeps one size of each photo, once, and the bedroom all the way round', () => {
  const files = filesOf(golden as Pack)
  expect(new Set(files).size).toBe(files.length)
  expect(files).toContain('01900000-0000-7000-8000-000000000002/720.webp')
  expect(files).toContain('01900000-0000-7000-8000-000000000003/2048.webp')
  expect(files).toHaveLength(5)
})

it('keeps what is said, as what it is, and counts it', () => {
  expect(filesOf(golden as Pack).at(-1)).toBe('01900000-0000-7000-8000-000000000006/voice.mp4')
  expect(['a/720.webp', 'a/2048.webp', 'a/voice.mp4', 'a/voice.webm', 'a/voice.ogg'].map(typeOf)).toEqual(['image/webp', 'image/webp', 'audio/mp4', 'audio/webm', 'audio/ogg'])
  expect(reckon(golden as Pack)).toBe(4 * 110_000 + 31_200)
})

it('keeps the journey with their wishes, and the bag, as is said before saving', () => {
  const wish = { key: 'seat', wish: 'In front', state: 'no', reason: 'Two more come along' } as const
  const thing = { id: 't', name: 'Teddy', mine: true, packed: false, arrived: false, missing: false }
  const kept = bare({ ...value, journey: { with: [], mayStop: true, stops: [], choices: [wish] }, bag: [thing] })
  expect([kept.journey?.choices, kept.bag]).toEqual([[wish], [thing]])
})

it('keeps nothing of why they move, nor what they asked or told: others may hold this phone', () => {
  expect(JSON.stringify(bare(value))).not.toContain('Canary')
  expect(bare(value).move.to.name).toBe('Oak House')
})

it('is over a week after the day, if the server has said nothing since', () => {
  const night = Date.parse('2026-11-28T00:00:00')
  const cases: [string, number, number, boolean][] = [
    ['before the day', night - 3 * day, night - 2 * day, false],
    ['a week after it, to the minute', night - 3 * day, night + 7 * day, false],
    ['and later', night - 3 * day, night + 7 * day + 1, true],
    ['the server has said since that they have not moved', night + 6 * day, night + 10 * day, false],
    ['and then nothing for a week', night + 6 * day, night + 13 * day + 1, true]
  ]
  for (const [what, at, now, over] of cases) expect(isOver({ value, at }, now), what).toBe(over)
})

it('is over after four weeks without an answer, while no day is known', () => {
  const dayless = { ...value, move: { ...value.move, day: undefined } }
  expect([0, 28 * day, 28 * day + 1].map((since) => isOver({ value: dayless, at: 1000 }, 1000 + since))).toEqual([false, false, true])
})

it('leaves what was taken away out of everything it stood in: the pages, what changed since, and the guide', () => {
  const pack = golden as Pack
  const at = '2026-11-21T14:00:00Z'
  const later: Later[] = [
    ...pack.parts.map((part) => ({ key: part.key, at, part })), { key: 'walk', at, walk: pack.walk }, { key: 'people', at, people: pack.people }, { key: 'guideFile', at, guideFile: pack.guideFile }
  ]
  const none: Pack = { called: '', area: '', parts: [], walk: [], people: [] }
  const ids = [...filesOf(pack).map((name) => name.split('/')[0] ?? ''), pack.guideFile?.id ?? '']
  for (const shown of [{ pack, later }, { pack, later: [] }, { pack: none, later }]) {
    for (const id of ids) {
      expect(holds(shown, [id])).toBe(true)
      const left = without(shown, ['another', id])
      expect(JSON.stringify(left)).not.toContain(id)
      expect(ids.filter((other) => !holds(left, [other]))).toEqual([id])
    }
    expect(holds(shown, ['another'])).toBe(false)
    expect(without(shown, [])).toEqual(shown)
  }
})
