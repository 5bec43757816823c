import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { megabytes, partOf, partTitle, partsOf, shotsOf, spokenPart, viewOf, views, viewsOf } from './pack'
import { type Pack, partKeys } from './types'

const pack: Pack = JSON.parse(readFileSync(join(import.meta.dirname, 'pack.golden.json'), 'utf8'))
const none: Pack = { called: '', area: '', parts: [], walk: [], people: [] }

describe('a pack', () => {
  it('has a page for each of its parts, and each part one page', () => {
    expect(views.flatMap((view) => partsOf[view]).sort()).toEqual([...partKeys].sort())
    for (const key of partKeys) expect([key, partsOf[viewOf(key)].includes(key), partTitle[key]]).toEqual([key, true, `pack.part.${key}`])
  })

  it('shows only pages that have something on them', () => {
    expect(viewsOf(none)).toEqual([])
    expect(viewsOf(pack).map(({ view }) => view)).toEqual([...views])
    expect(viewsOf({ ...none, parts: [{ key: 'food', words: ' \n', photos: [] }, { key: 'wifi', words: 'Yes', photos: [] }] })).toEqual([{ view: 'food', photos: 0 }])
    expect(viewsOf({ ...none, guideFile: { id: 'f', bytes: 10 } })).toEqual([{ view: 'help', photos: 0 }])
  })

  it('counts the photos of a page', () => {
    expect(viewsOf(pack).filter(({ photos }) => photos > 0)).toEqual([{ view: 'welcome', photos: 1 }, { view: 'room', photos: 2 }, { view: 'walk', photos: 2 }, { view: 'people', photos: 1 }])
  })

  it('names every photo once, however often it is shown', () => {
    expect(shotsOf(pack).map((shot) => shot.id.slice(-1))).toEqual(['1', '2', '3', '4'])
  })

  it('is read aloud with its rules and what its photos show, and each piece ends', () => {
    const part = partOf(pack, 'agreements')
    expect(part && spokenPart('House agreements', part)).toBe('House agreements. We made these together. Knock before you come in. Everybody\'s room is their own.')
    const room = partOf(pack, 'bedroom')
    expect(room && spokenPart('My bedroom', room)).toBe('My bedroom. This is your room. The door locks from the inside. Morning light. The whole room, all around.')
  })

  it('says its sizes as phones do', () => expect([megabytes(1), megabytes(1_310_720), megabytes(10_485_760)]).toEqual(['0.1', '1.3', '10.5']))
})
