// What Heard could not take of a move: it is shown, also once the move is off, and can be taken off the phone.
import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { createRawSnippet } from 'svelte'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import type { OutboxItem } from '../../lib/outbox-types'
import { outbox } from '../../lib/outbox.svelte'
import HomeRow from './HomeRow.svelte'
import NextPlace from './NextPlace.svelte'
import { place } from './state.svelte'

const removed: string[] = []
vi.mock('../../lib/outbox-page.svelte', () => ({ deleteCard: async (id: string) => { removed.push(id) }, retryTold: async () => undefined, onTold: () => () => true, sendTold: async () => 'on_phone' }))

await startMessages({ en: () => Promise.resolve([{ default: common }, { default: young }, { default: more }]), ar: () => Promise.resolve([]) }, 'en')
const said = (status: 'waiting' | 'refused', id: string): OutboxItem => ({ v: 2, what: 'move', id, createdAt: 0, attempts: 1, nextAt: 0, status, reason: status === 'refused' ? 'over' : undefined, sealed: { v: 1, id, ticket: '', key: '', epk: '', iv: '', sealed: '' } })
const nothing = createRawSnippet(() => ({ render: () => '<p></p>' }))

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  forgetAll()
  removed.length = 0
})

it('is named on the home before what still waits', async () => {
  outbox.told = [said('waiting', 'a'), said('refused', 'b')]
  await render(HomeRow)
  await expect.element(page.getByText('Heard couldn’t take 1 thing you said.')).toBeVisible()
  outbox.told = [said('waiting', 'a')]
  await expect.element(page.getByText('1 thing you said is on this phone. Not sent yet.')).toBeVisible()
})

it('can be taken off the phone where there is no next place any more', async () => {
  outbox.told = [said('refused', 'b')]
  place.known = true
  await render(NextPlace, { journey: nothing, buddy: nothing })
  await expect.element(page.getByText('Nothing here')).toBeVisible()
  await expect.element(page.getByText('Heard couldn’t take this.')).toBeVisible()
  await page.getByRole('button', { name: 'Take it off this phone' }).click()
  expect(removed).toEqual(['b'])
})
