import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import { startMessages } from '../../lib/i18n.svelte'
import type { Sent } from '../../lib/next-act'
import type { BuddyView } from '../../lib/next-types'
import { outbox } from '../../lib/outbox.svelte'
import type { ToldReceipt } from '../../lib/types'
import Buddy from './Buddy.svelte'
import BuddyPage from './Page.svelte'
import { mine } from './state.svelte'

const listeners = new Set<(id: string) => void>()
vi.mock('../../lib/outbox-page.svelte', () => ({
  onTold: (listener: (id: string, receipt: ToldReceipt) => void) => {
    listeners.add(listener as (id: string) => void)
    return () => listeners.delete(listener as (id: string) => void)
  },
  toldReceiptOf: () => undefined,
  sendTold: async () => 'on_phone'
}))

const tia = { id: 'tia', name: 'Tia', avatar: 'a3' }
const on: BuddyView = { id: 'b', person: tia, state: 'on', day: 3, askStill: false, cards: [{ id: '1', mine: false, card: 'welcome', at: '2026-11-22T12:00:00Z' }], offer: ['hello', 'thank_you'] }
const onsaid = vi.fn(async (): Promise<Sent> => ({ id: 'said', saved: 'on_phone' }))
const onhello = vi.fn(async (): Promise<Sent> => ({ id: 'hello', saved: 'on_phone' }))

const show = (more: Partial<BuddyView> = {}) => render(Buddy, { view: { ...on, ...more }, onsaid, onhello })

beforeEach(async () => {
  document.body.innerHTML = '<div id="layer"></div>'
  onsaid.mockClear()
  onhello.mockClear()
  outbox.told = []
  const words = (language: 'en' | 'ar') => () => Promise.all(['common', 'young', 'young-more', 'pack'].map((place) => import(`../../messages/${place}/${language}.json`)))
  await startMessages({ en: words('en'), ar: words('ar') }, 'en')
})

it('sends a card by two taps, after saying to whom, and takes no words', async () => {
  await show()
  await expect.element(page.getByText('Day 3 of the first week')).toBeVisible()
  await expect.element(page.getByText('You’re welcome here')).toBeVisible()
  await page.getByRole('button', { name: 'Thank you' }).click()
  expect(onhello).not.toHaveBeenCalled()
  await expect.element(page.getByText('This goes to Tia.')).toBeVisible()
  await page.getByRole('button', { name: 'Send to Tia' }).click()
  expect(onhello.mock.calls).toEqual([['thank_you']])
  expect(document.querySelectorAll('input, textarea, [contenteditable]')).toHaveLength(0)
})

it('asks for the last word, and offers no card before it', async () => {
  await show({ state: 'asked', day: undefined, cards: [], offer: [] })
  await expect.element(page.getByRole('button', { name: 'Hello!' })).not.toBeInTheDocument()
  await page.getByRole('button', { name: 'No, thanks' }).click()
  expect(onsaid.mock.calls).toEqual([['no']])
})

it('stops after asking once more, and says nothing of who did', async () => {
  await show()
  await page.getByRole('button', { name: 'Stop being buddies' }).click()
  expect(onsaid).not.toHaveBeenCalled()
  await page.getByRole('button', { name: 'Yes, stop' }).click()
  expect(onsaid.mock.calls).toEqual([['end']])
})

it('keeps the cards of two who stopped, and offers no more', async () => {
  await show({ state: 'ended', offer: [] })
  await expect.element(page.getByText('You are not buddies any more.')).toBeVisible()
  await expect.element(page.getByText('You’re welcome here')).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Stop being buddies' })).not.toBeInTheDocument()
})

it('asks at the end of the week whether it goes on', async () => {
  await show({ day: 7, askStill: true })
  await page.getByRole('button', { name: 'Yes, for longer' }).click()
  expect(onsaid.mock.calls).toEqual([['still']])
})

it('says of a card how far it has come, and no more than is true', async () => {
  const hello = async (saved: Sent['saved']): Promise<void> => {
    onhello.mockResolvedValueOnce({ id: 'hello', saved })
    await page.getByRole('button', { name: 'Thank you' }).click()
    await page.getByRole('button', { name: 'Send to Tia' }).click()
  }
  await show()
  await hello('not_saved')
  await expect.element(page.getByText('Not saved yet. Keep Heard open until there is signal.')).toBeVisible()
  await hello('on_phone')
  await expect.element(page.getByText('On this phone. Not sent yet.')).toBeVisible()
  outbox.told = [{ v: 2, what: 'move', id: 'hello', createdAt: 0, attempts: 1, nextAt: 0, status: 'refused', reason: 'hello_many', sealed: { v: 1, id: 'hello', ticket: '', key: '', epk: '', iv: '', sealed: '' } }]
  await expect.element(page.getByText('On this phone. Not sent yet.')).not.toBeInTheDocument()
  outbox.told = []
  for (const listener of listeners) listener('hello')
  await expect.element(page.getByText('Heard has it.')).toBeVisible()
})

it('says that others are asked once the server has said so, not at the press', async () => {
  Object.assign(mine, { value: { asks: { buddy: 'b' }, waits: false }, error: undefined })
  await render(BuddyPage)
  await page.getByRole('button', { name: 'Yes, I’ll be a buddy' }).click()
  await expect.element(page.getByText('You said yes.')).toBeVisible()
  await expect.element(page.getByText(/Others are being asked/)).not.toBeInTheDocument()
  mine.value = { waits: true }
  await expect.element(page.getByText(/Others are being asked/)).toBeVisible()
})
