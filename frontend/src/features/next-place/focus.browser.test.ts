// In a real browser: what is pressed goes away on these pages, and the keys must lead on from somewhere.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import { database } from '../../lib/idb'
import type { MoveChoice, NextPlace } from '../../lib/next-types'
import { session } from '../../lib/session.svelte'
import Countdown from './Countdown.svelte'
import Gate from './Gate.svelte'
import { place } from './state.svelte'

await startMessages({ en: () => Promise.resolve([{ default: common }, { default: packWords }, { default: young }, { default: more }]), ar: () => Promise.resolve([]) }, 'en')

const told = (choice: MoveChoice | ''): NextPlace => ({
  serverTime: new Date().toISOString(), contents: [{ key: 'bedroom', photos: 2 }], hasPack: true, later: 0, bag: [],
  move: { id: 'm', state: 'told', emergency: false, day: '2030-01-01', days: [], to: { name: 'Oak House' }, by: { id: 'k', name: 'Kay', avatar: 'a1' }, toldAt: new Date().toISOString(), reason: 'Why', decidedBy: 'Who', wishes: 'How', choice },
  asks: { questions: [], visits: [], about: [] }
})
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div><div><main id="main" tabindex="-1"></main></div>'
  session.value = { signedIn: true, demo: false, locked: false, lock: 'pin', historyOpen: true, shared: false, csrf: 't', serverTime: '', account: { id: 'leo-focus', name: 'Leo', avatar: 'a9' } }
})

afterEach(async () => {
  vi.unstubAllGlobals()
  forgetAll()
  await (await database('young')).clear('meta')
  session.value = undefined
})

it('begins at the top of the page when what was pressed is gone', async () => {
  let choice: MoveChoice | '' = ''
  vi.stubGlobal('fetch', async (_: string, init?: RequestInit) => {
    if (init?.body) choice = JSON.parse(String(init.body)).choice
    return json(told(choice))
  })
  place.value = told('')
  for (const name of ['Tell me first', 'I don’t want to look', 'Not yet']) {
    await render(Gate, { value: place.value as NextPlace })
    await page.getByRole('button', { name }).last().click()
    await expect.poll(() => document.activeElement?.id).toBe('main')
    document.body.focus()
  }
})

it('keeps the keys on the press that hides the days, and shows them again', async () => {
  await render(Countdown, { move: told('opened').move, left: 6 })
  await page.getByRole('button', { name: 'Hide the days' }).click()
  await expect.element(page.getByRole('button', { name: 'Show when I move' })).toHaveFocus()
  await page.getByRole('button', { name: 'Show when I move' }).click()
  await expect.element(page.getByRole('button', { name: 'Hide the days' })).toHaveFocus()
})
