import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import type { SealedItem } from '../../lib/outbox-types'
import LocalCard from './LocalCard.svelte'

const words = () => Promise.resolve([{ default: common }, { default: young }, { default: more }])
await startMessages({ en: words, ar: words }, 'en')

const at = new Date().setHours(13, 10, 0, 0)
const item: SealedItem = { v: 2, id: 'c1', createdAt: at, attempts: 1, nextAt: 0, status: 'waiting', sealed: { v: 1, id: 'c1', ticket: 't', key: 'k', epk: 'e', iv: 'i', sealed: 's' } }

it('after a reload a sealed card is only a card from about then', async () => {
  await render(LocalCard, { item, unsaved: false })
  await expect.element(page.getByText('A card from about 13:10')).toBeVisible()
  await expect.element(page.getByRole('heading', { name: 'Saved on this phone. Not sent yet.' })).toBeVisible()
  await expect.element(page.getByText('about 13:10', { exact: true })).toBeVisible()
  expect(page.getByRole('link', { name: 'Show it' }).elements()).toHaveLength(0)
})

it('a refused one shows its time, the reason and a number', async () => {
  await render(LocalCard, { item: { ...item, status: 'refused', reason: 'ticket_expired' }, unsaved: false })
  await expect.element(page.getByRole('heading', { name: 'Heard couldn’t take this card. No one has seen it.' })).toBeVisible()
  await expect.element(page.getByText('Heard said: it waited too long, or this device was ended')).toBeVisible()
  await expect.element(page.getByText('Tell someone, or send it again as a new card.')).toBeVisible()
  await expect.element(page.getByRole('link', { name: 'Call 0800 1111 (Childline)' })).toHaveAttribute('href', 'tel:08001111')
})
