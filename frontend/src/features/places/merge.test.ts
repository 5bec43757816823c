import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Pack, PartKey } from '../../ui/pack/types'
import { type Piece, type Side, bothWords, differences, filled, firstChoice, merged, partIn, pruned, samePack, twoVoices } from './merge'

const golden: Pack = JSON.parse(readFileSync(join(import.meta.dirname, '../../ui/pack/pack.golden.json'), 'utf8'))
const but = (change: (pack: Pack) => void): Pack => {
  const pack = filled(golden)
  change(pack)
  return pack
}
const words = (key: PartKey, text: string) => but((pack) => { partIn(pack, key).words = text })
const choose = (...all: [Piece, Side][]) => new Map(all)

describe('a pack in a form', () => {
  it('is the same pack when it is sent as it was read', () => {
    expect(samePack(filled(golden), golden)).toBe(true)
    expect(pruned(filled({ called: 'A', area: '', parts: [], walk: [], people: [] }))).toEqual({ called: 'A', area: '', parts: [], walk: [], people: [] })
  })

  it('is not another one for a blank at its end or an empty row', () => {
    const typed = but((pack) => {
      partIn(pack, 'food').words += '  \n'
      partIn(pack, 'agreements').rules?.push({ rule: '', why: ' ' })
      pack.people.push({ name: '', role: '', kind: 'lives' })
    })
    expect(samePack(typed, golden)).toBe(true)
  })

  it('is another one for each thing somebody can write', () => {
    const changes: ((pack: Pack) => void)[] = [
      (pack) => { pack.called += 's' },
      (pack) => { pack.area = '' },
      (pack) => { pack.lives = undefined },
      (pack) => { partIn(pack, 'bedroom').photos.reverse() },
      (pack) => { const shot = pack.walk[0]; if (shot) shot.alt = 'x' },
      (pack) => { const one = pack.people[1]; if (one) one.avatar = 'a9' },
      (pack) => { partIn(pack, 'agreements').rules = [] },
      (pack) => { partIn(pack, 'day').voice = undefined },
      (pack) => { partIn(pack, 'food').voice = { id: 'v', name: 'voice.webm', seconds: 3, bytes: 9 } },
      (pack) => { pack.guideFile = undefined }
    ]
    for (const change of changes) expect([String(change), samePack(but(change), golden)]).toEqual([String(change), false])
  })
})

describe('two who wrote at once', () => {
  const mine = but((pack) => { partIn(pack, 'food').words = 'Mine'; partIn(pack, 'day').words = 'My day'; pack.area = 'Mine' })
  const theirs = but((pack) => { partIn(pack, 'food').words = 'Theirs'; partIn(pack, 'wifi').words = 'Their wifi'; pack.walk.reverse() })

  it('are shown every piece in which they differ, and nothing else', () => {
    expect(differences(golden, mine, theirs)).toEqual([
      { piece: 'area', by: 'mine' },
      { piece: 'day', by: 'mine' },
      { piece: 'food', by: 'both' },
      { piece: 'wifi', by: 'theirs' },
      { piece: 'walk', by: 'theirs' }
    ])
    expect(differences(golden, mine, mine)).toEqual([])
    expect([firstChoice('mine'), firstChoice('theirs'), firstChoice('both')]).toEqual(['mine', 'theirs', undefined])
  })

  it('get what was chosen, piece by piece', () => {
    const all = merged(mine, theirs, choose(['area', 'mine'], ['day', 'mine'], ['food', 'theirs'], ['wifi', 'theirs'], ['walk', 'mine']), new Map(), new Map())
    expect([all.area, partIn(all, 'day').words, partIn(all, 'food').words, partIn(all, 'wifi').words]).toEqual(['Mine', 'My day', 'Theirs', 'Their wifi'])
    expect(all.walk).toEqual(golden.walk)
  })

  it('can keep both: the words as somebody wrote them, every photo, rule and person once', () => {
    const shot = { id: 'new', alt: 'A lamp', w: 4, h: 3, colour: '#ffffff' }
    const here = but((pack) => { partIn(pack, 'bedroom').photos.push(shot); partIn(pack, 'agreements').rules?.push({ rule: 'Shoes off', why: 'Mud' }); pack.people.push({ name: 'Jo', role: '', kind: 'works' }) })
    const there = but((pack) => { partIn(pack, 'bedroom').words = 'Theirs'; pack.people.pop() })
    const all = merged(here, there, choose(['bedroom', 'both'], ['agreements', 'both'], ['people', 'both']), new Map([['bedroom', 'Written together']]), new Map())
    expect(partIn(all, 'bedroom').words).toBe('Written together')
    expect(partIn(all, 'bedroom').photos.map(({ id }) => id)).toEqual([...partIn(golden, 'bedroom').photos.map(({ id }) => id), 'new'])
    expect(partIn(all, 'agreements').rules).toHaveLength(2)
    expect(all.people.map(({ name }) => name)).toEqual(['Kay', 'Tia', 'Biscuit', 'Jo'])
    expect(bothWords(here, there, 'bedroom')).toBe('This is your room. The door locks from the inside.\n\nTheirs')
    expect(bothWords(words('food', 'Same'), words('food', 'Same '), 'food')).toBe('Same')
  })

  it('are asked whose voice stays where both recorded one, and only there', () => {
    const said = (id?: string) => but((pack) => { partIn(pack, 'food').voice = id ? { id, name: 'voice.webm', seconds: 3, bytes: 9 } : undefined })
    const [here, there, none] = [said('here'), said('there'), said()]
    expect([twoVoices(here, there, 'food'), twoVoices(here, none, 'food'), twoVoices(none, there, 'food'), twoVoices(here, said('here'), 'food')]).toEqual([true, false, false, false])
    const both = (mine: Pack, theirs: Pack, ...side: Side[]) =>
      partIn(merged(mine, theirs, choose(['food', 'both']), new Map(), new Map(side.map((one): [Piece, Side] => ['food', one]))), 'food').voice?.id
    expect([both(here, there, 'mine'), both(here, there, 'theirs'), both(here, none), both(none, there), both(none, none)]).toEqual(['here', 'there', 'here', 'there', undefined])
  })
})
