// In a real browser: a move that is off is said plainly, and what nobody can read is asked anew.
import { createRawSnippet } from 'svelte'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import { session } from '../../lib/session.svelte'
import { loadNext } from './actions'
import Again from './Again.svelte'
import NextPlace from './NextPlace.svelte'
import Off from './Off.svelte'
import { place } from './state.svelte'

const sent: Record<string, unknown>[] = []
vi.mock('../../lib/next-act', () => ({ sendMove: async (_: string, act: Record<string, unknown>) => { sent.push(act); return { id: 'a', saved: 'on_phone' } } }))

await startMessages({ en: () => Promise.resolve([{ default: common }, { default: young }, { default: more }]), ar: () => Promise.resolve([]) }, 'en')
const person = (name: string) => ({ id: name, name, avatar: 'a1' })

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  sent.length = 0
  forgetAll()
})

afterEach(() => {
  vi.unstubAllGlobals()
  session.value = undefined
})

it('says where they are not going, who said so, why, and whom to ask', async () => {
  await render(Off, { off: { id: 'm', to: { name: 'Elm Carers' }, at: '2026-11-22T10:00:00Z', by: person('Sam'), words: 'The room went to somebody else', ask: [person('Jo'), person('Priya')] } })
  await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('You are not going to Elm Carers')
  await expect.element(page.getByText('The room went to somebody else')).toBeVisible()
  await expect.element(page.getByText('You can ask Jo and Priya why, and what happens now.')).toBeVisible()
  await expect.element(page.getByText(/Sam said so/)).toBeVisible()
  expect(place.offRead).toBe('m')
})

it('says so where nobody wrote why, and names nobody who is not there', async () => {
  await render(Off, { off: { id: 'm', to: { name: 'Elm Carers' }, at: '2026-11-22T10:00:00Z', ask: [] } })
  await expect.element(page.getByText('Nobody wrote here why. You can ask.')).toBeVisible()
  await expect.element(page.getByText(/anybody you trust/)).toBeVisible()
})

it('asks anew who reads what nobody can, and only once', async () => {
  await render(Again, { again: { day: 7, readers: [person('Jo')] } })
  await page.getByRole('button', { name: 'Jo can read it' }).click()
  await vi.waitFor(() => expect(sent).toEqual([{ do: 'read_by', day: 7, readers: ['Jo'] }]))
  await expect.element(page.getByRole('button', { name: 'Only for me' })).not.toBeInTheDocument()
})

it('says beside the page of the last move that another one is off, until it was read here', async () => {
  const now = new Date().toISOString()
  const off = { id: 'second', to: { name: 'Elm Carers' }, at: now, words: 'The room went', ask: [] }
  const move = { id: 'first', state: 'moved', emergency: false, days: [], to: { name: 'Oak House' }, by: person('Kay'), toldAt: now, movedAt: now, reason: '', decidedBy: '', wishes: '', choice: '' }
  const value = { serverTime: now, contents: [], hasPack: false, later: 0, bag: [], asks: { questions: [], visits: [], about: [] }, move, off }
  session.value = { signedIn: true, demo: false, locked: false, lock: 'pin', historyOpen: true, shared: false, csrf: 't', serverTime: '', account: { id: 'leo-off', name: 'Leo', avatar: 'a9' } }
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } }))
  await loadNext()
  const empty = createRawSnippet(() => ({ render: () => '<i></i>' }))
  const first = await render(NextPlace, { journey: empty, buddy: empty })
  const title = page.getByRole('heading', { name: 'You are not going to Elm Carers' })
  await expect.element(title).toBeVisible()
  await vi.waitFor(() => expect(place.offRead).toBe('second'))
  await loadNext() // while they read it
  await expect.element(title).toBeVisible()
  await first.unmount()
  await render(NextPlace, { journey: empty, buddy: empty })
  await vi.waitFor(() => expect(place.value?.move.state).toBe('moved'))
  await expect.element(title).not.toBeInTheDocument()
})
