// In a real browser: opening is the young person's press alone, and what a saved copy shows and when it goes.
// Long because every way a copy comes, goes and meets another move is tried on the same phone.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { createRawSnippet } from 'svelte'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import { database } from '../../lib/idb'
import { next } from '../../lib/next.svelte'
import type { MoveOff, NextPlace } from '../../lib/next-types'
import { purgeSaved } from '../../lib/purge'
import { route } from '../../lib/router.svelte'
import { dropSaved, savedBytes, savedGet, savedPut } from '../../lib/saved'
import { session } from '../../lib/session.svelte'
import golden from '../../ui/pack/pack.golden.json'
import type { Pack } from '../../ui/pack/types'
import { choose, loadNext, loadPack } from './actions'
import { type Head, filesOf } from './copy'
import Gate from './Gate.svelte'
import NextPlaceView from './NextPlace.svelte'
import Place from './Place.svelte'
import { copy, dropCopy, openCopy, save } from './saving.svelte'
import { src } from './src'
import { type Shown, place } from './state.svelte'

await startMessages({ en: () => Promise.resolve([{ default: common }, { default: packWords }, { default: young }, { default: more }]), ar: () => Promise.resolve([]) }, 'en')
const soon = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10)
const shown: Shown = { move: 'm', version: 1, publishedAt: '', pack: golden as Pack, later: [] }
const calls: string[] = []
let value: NextPlace | undefined
let off: MoveOff | undefined
let broken = ''
let pages = shown

const told = (): NextPlace => ({
  serverTime: new Date().toISOString(), contents: [{ key: 'bedroom', photos: 2 }], hasPack: true, later: 0, bag: [],
  move: { id: 'm', state: 'told', emergency: false, day: soon, days: [], to: { name: 'Oak House' }, by: { id: 'k', name: 'Kay', avatar: 'a1' }, toldAt: new Date().toISOString(), reason: 'Why', decidedBy: 'Who', wishes: 'How', choice: '' },
  asks: { questions: [], visits: [], about: [] }
})
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  calls.length = 0
  broken = ''
  pages = shown
  off = undefined
  value = told()
  session.value = { signedIn: true, demo: false, locked: false, lock: 'pin', historyOpen: true, shared: false, csrf: 't', serverTime: '', account: { id: 'leo-next', name: 'Leo', avatar: 'a9' } }
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    const path = url.replace('/api/young', '')
    calls.push(`${init?.method ?? 'GET'} ${path}`)
    if (broken && path.endsWith(broken)) throw new TypeError('no signal')
    if (path === '/next-place') return value ? json(value) : json({ code: 'not_found', ...(off && { reason: 'off' }) }, 404)
    if (path === '/next-place/off') return json(off)
    if (path === '/next-place/choice' && value) value.move.choice = JSON.parse(String(init?.body)).choice
    if (path === '/next-place/pack') return json(pages)
    if (path.startsWith('/next-place/files/')) return new Response(new Uint8Array(100), { headers: { 'Content-Type': 'image/webp' } })
    return json({})
  })
})

afterEach(async () => {
  vi.unstubAllGlobals()
  await dropSaved()
  await purgeSaved()
  forgetAll()
  await (await database('young')).clear('meta')
  session.value = undefined
})

async function saved(): Promise<void> {
  if (value) value.move.choice = 'opened'
  await loadNext()
  await save(shown, structuredClone(value as NextPlace))
  expect(copy.state).toBe('whole')
}

it('asks for nothing of the place until it is opened by a press', async () => {
  await loadNext()
  await loadPack()
  expect(calls).toEqual(['GET /next-place'])
  await render(Gate, { value: place.value as NextPlace })
  await page.getByRole('button', { name: 'Tell me first' }).click()
  await vi.waitFor(() => expect(place.value?.move.choice).toBe('tell_first'))
  await page.getByRole('button', { name: 'Not yet' }).click()
  await vi.waitFor(() => expect(place.value?.move.choice).toBe('not_yet'))
  await loadPack()
  expect(calls.filter((call) => /pack|files/.test(call))).toEqual([])
  await page.getByRole('button', { name: 'Open when I’m ready' }).click()
  await vi.waitFor(() => expect(place.value?.move.choice).toBe('opened'))
  await loadPack()
  expect(place.shown?.pack.called).toBe('Oak House')
})

it('opens nothing when the press did not reach Heard, and says so', async () => {
  await loadNext()
  broken = 'choice'
  await render(Gate, { value: place.value as NextPlace })
  await page.getByRole('button', { name: 'Open when I’m ready' }).click()
  await expect.element(page.getByRole('alert')).toBeVisible()
  expect(place.value?.move.choice).toBe('')
})

it('keeps no photo that was taken away, on the screen or in the copy, and keeps the rest', async () => {
  await saved()
  await loadPack()
  const [gone = '', stays = ''] = filesOf(golden as Pack)
  const id = gone.split('/')[0] ?? ''
  expect(await savedBytes(gone)).toBeDefined()
  value = { ...(value as NextPlace), gone: [id] }
  broken = 'pack' // what is shown goes from the screen also when the rest can't be asked for
  await loadNext()
  expect(JSON.stringify(place.shown)).not.toContain(id)
  expect(await savedBytes(gone)).toBeUndefined()
  expect(await savedBytes(stays)).toBeDefined()
  expect(JSON.stringify([await savedGet<Shown>('pack'), await savedGet<Head>('head')].map((one) => ({ ...one, value: undefined })))).not.toContain(id)
  expect(copy.state).toBe('whole')
})

it('keeps nothing of what came since and was taken away, nor the guide: not on the screen, not in the copy', async () => {
  const since = { id: 'since', alt: 'Canary at the door', w: 1, h: 1, colour: '#000000' }
  pages = { ...shown, later: [{ key: 'walk', at: '2026-11-21T14:00:00Z', walk: [since] }] }
  if (value) value.move.choice = 'opened'
  await loadNext()
  await loadPack()
  await save(pages, structuredClone(value as NextPlace))
  expect(copy.state).toBe('whole')
  const guide = shown.pack.guideFile?.id ?? ''
  value = { ...(value as NextPlace), gone: [guide, 'since'] }
  broken = 'pack'
  await loadNext()
  for (const left of [place.shown, await savedGet<Shown>('pack')]) {
    expect(JSON.stringify(left)).toContain('Oak House')
    expect(JSON.stringify(left)).not.toContain('Canary')
    expect(JSON.stringify(left)).not.toContain(guide)
  }
  expect(copy.state).toBe('whole')
  // Nor does it come back with an answer that was on its way.
  broken = ''
  await loadPack()
  expect(JSON.stringify(place.shown)).not.toContain(guide)
})

it('shows no pages of a newer move as those of the one this phone knows, and asks again', async () => {
  if (value) value.move.choice = 'opened'
  await loadNext()
  pages = { ...shown, move: 'second', pack: { ...shown.pack, called: 'Elm Carers' } }
  value = { ...told(), move: { ...told().move, id: 'second', to: { name: 'Elm Carers' }, choice: 'opened' } }
  await loadPack()
  expect(place.shown).toBeUndefined()
  await vi.waitFor(() => expect(place.value?.move.id).toBe('second'))
  await loadPack()
  expect(place.shown?.pack.called).toBe('Elm Carers')
})

it('offers no buddy where none can come: the place is not in Heard', async () => {
  const buddy = createRawSnippet(() => ({ render: () => '<p>Buddies</p>' }))
  for (const id of [undefined, 'oak']) {
    if (value) Object.assign(value.move, { choice: 'opened', to: { id, name: 'Oak House' } })
    // What the page before asked for may still be on its way.
    await vi.waitFor(async () => {
      await loadNext()
      expect(place.value?.move.to.id).toBe(id)
    })
    const list = await render(Place, { value: place.value as NextPlace })
    await expect.element(page.getByRole('link', { name: 'Why and when' })).toBeVisible()
    expect(page.getByRole('link', { name: /buddy/i }).elements()).toHaveLength(id ? 1 : 0)
    await list.unmount()
    route.path = '/next/buddy'
    const whole = await render(NextPlaceView, { journey: buddy, buddy })
    await expect.element(id ? page.getByText('Buddies') : page.getByRole('link', { name: 'Why and when' })).toBeVisible()
    expect(page.getByText('Buddies').elements()).toHaveLength(id ? 1 : 0)
    await whole.unmount()
  }
  route.path = '/'
})

it.each([[false, ''], [true, 'pack']])('never shows or saves one home’s pages as another’s (has pages: %s)', async (hasPack, cut) => {
  if (value) value.move.choice = 'opened'
  await loadNext()
  await loadPack()
  expect(place.shown?.pack.called).toBe('Oak House')
  const first = value as NextPlace
  const slow = loadPack() // asked for of the first, and there when it is another
  value = { ...told(), hasPack, contents: [], move: { ...told().move, id: 'second', to: { name: 'Elm Carers' }, choice: 'opened' } }
  broken = cut
  await Promise.all([loadNext(), slow])
  await loadPack()
  expect([place.value?.move.to.name, place.shown]).toEqual(['Elm Carers', undefined])
  await render(Place, { value: place.value as NextPlace })
  await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('Elm Carers')
  // And a copy of the first that another tab has just made.
  await dropCopy()
  await save(shown, structuredClone(first))
  expect(copy.state).toBe('whole')
  await loadPack()
  expect(place.shown).toBeUndefined()
})

it('says that a move is off instead of nothing, and its copy is gone', async () => {
  await saved()
  value = undefined
  off = { id: 'm', to: { name: 'Oak House' }, at: new Date().toISOString(), ask: [] }
  await loadNext()
  expect([place.off?.to.name, place.value, next.there, copy.state]).toEqual(['Oak House', undefined, true, 'none'])
  off = undefined
  await loadNext()
  expect([place.off, next.there]).toEqual([undefined, false])
})

it('shows the copy while Heard is locked, and nothing without one', async () => {
  await loadNext()
  forgetAll()
  session.value = { ...session.value, locked: true } as typeof session.value
  await loadNext()
  expect([place.value, next.there]).toEqual([undefined, false])
  session.value = { ...session.value, locked: false } as typeof session.value
  await saved()
  forgetAll()
  session.value = { ...session.value, locked: true } as typeof session.value
  calls.length = 0
  await loadNext()
  await loadPack()
  expect([place.fromCopy, place.value?.move.to.name, place.value?.move.reason, place.shown?.pack.called]).toEqual([true, 'Oak House', '', 'Oak House'])
  expect(calls).toEqual([])
})

it('takes from the copy the photos it has, and asks for the others while it can', async () => {
  await saved()
  const [file = ''] = filesOf(shown.pack)
  const [id = '', name = ''] = file.split('/')
  expect(src(id, name)).toMatch(/^blob:/)
  // A copy has one size of each: another one is not fetched beside it.
  expect(src(id, '1280.webp')).toBeUndefined()
  expect(src('changed-since', '720.webp')).toBe('/api/young/next-place/files/changed-since/720.webp')
  session.value = { ...session.value, locked: true } as typeof session.value
  forgetAll()
  await loadNext()
  await loadPack()
  await vi.waitFor(() => expect(src(id, name)).toMatch(/^blob:/))
  expect([place.fromCopy, src('changed-since', '720.webp')]).toEqual([true, undefined])
})

it('shows nothing but the copy of what was on its way when somebody locked', async () => {
  await saved()
  forgetAll()
  const late = loadNext()
  session.value = { ...session.value, locked: true } as typeof session.value
  forgetAll()
  await late
  expect([place.fromCopy, place.value?.move.reason]).toEqual([true, ''])
})

it('goes on saving where it stopped', async () => {
  if (value) value.move.choice = 'opened'
  await loadNext()
  const files = filesOf(shown.pack)
  broken = files[2] ?? ''
  await save(shown, structuredClone(value as NextPlace))
  expect([copy.state, copy.fault, copy.done]).toEqual(['part', 'offline', 2])
  // Half a copy is none while Heard is locked.
  forgetAll()
  session.value = { ...session.value, locked: true } as typeof session.value
  await loadNext()
  expect(place.value).toBeUndefined()
  broken = ''
  calls.length = 0
  await save(shown, structuredClone(value as NextPlace))
  expect([copy.state, copy.bytes]).toEqual(['whole', files.length * 100])
  expect(calls.filter((call) => call.includes('/files/'))).toHaveLength(files.length - 2)
})

it('keeps what another tab has saved on', async () => {
  if (value) value.move.choice = 'opened'
  await loadNext()
  const files = filesOf(shown.pack)
  broken = files[2] ?? ''
  await save(shown, structuredClone(value as NextPlace))
  const half = (await savedGet<Head>('head')) as Head
  await savedPut('head', { ...half, got: Object.fromEntries(files.map((name) => [name, 100])), whole: true })
  for (const name of files) await savedPut(name, new Uint8Array(100).buffer)
  await loadNext()
  expect([copy.state, copy.done]).toEqual(['whole', files.length])
  const head = await savedGet<Head>('head')
  expect([head?.whole, Object.keys(head?.got ?? {}).length]).toEqual([true, files.length])
})

it('is gone at the first answer after the move has ended, or they have moved', async () => {
  await saved()
  value = undefined
  await loadNext()
  expect([await openCopy(), place.value, next.there]).toEqual([undefined, undefined, false])
  expect((await indexedDB.databases()).some(({ name }) => name === 'heard-saved')).toBe(false)
  value = told()
  await saved()
  value.move.state = 'moved'
  await loadNext()
  expect([await openCopy(), place.value?.move.state]).toEqual([undefined, 'moved'])
})

it('is gone once the place was closed again, here or on another phone', async () => {
  for (const choice of ['not_yet', 'never', 'tell_first'] as const) {
    await saved()
    await choose(choice)
    expect([await openCopy(), place.value?.move.choice], choice).toEqual([undefined, choice])
    await saved()
    if (value) value.move.choice = choice
    await loadNext()
    expect(await openCopy(), `${choice}, elsewhere`).toBeUndefined()
  }
})

it('is gone once the place was closed again, also when nothing answers after that', async () => {
  await saved()
  broken = '/next-place'
  await choose('not_yet')
  expect([await openCopy(), place.value?.move.choice]).toEqual([undefined, 'not_yet'])
  forgetAll()
  session.value = { ...session.value, locked: true } as typeof session.value
  await loadNext()
  expect([place.value, next.there]).toEqual([undefined, false])
})

it('keeps the copy when nobody answers', async () => {
  await saved()
  forgetAll()
  broken = 'next-place'
  await loadNext()
  expect([place.fromCopy, place.value?.move.to.name, next.there]).toEqual([true, 'Oak House', true])
})
