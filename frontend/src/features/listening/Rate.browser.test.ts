import { beforeEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import commonAr from '../../messages/common/ar.json'
import common from '../../messages/common/en.json'
import youngAr from '../../messages/young/ar.json'
import moreAr from '../../messages/young-more/ar.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { setLocale, startMessages } from '../../lib/i18n.svelte'
import Rate from './Rate.svelte'
import { type Subject, listened } from './state.svelte'

const sent: Record<string, unknown>[] = []
vi.mock('../../lib/outbox-page.svelte', () => ({ sendTold: async (body: Record<string, unknown>) => void sent.push(body) }))

const words = () => Promise.resolve([{ default: common }, { default: young }, { default: more }])
const arabic = () => Promise.resolve([{ default: commonAr }, { default: youngAr }, { default: moreAr }])
await startMessages({ en: words, ar: arabic }, 'en')
const sam = { id: 'sam', name: 'Sam', avatar: 'a1' }
const subject: Subject = { key: 'c1', ask: 'ask1', contact: { id: 'c1', kind: 'meeting', at: new Date().toISOString(), with: sam }, with: sam }

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  sent.length = 0
  forgetAll()
  listened.ask = { id: 'ask1', contact: { id: 'c1', kind: 'meeting', at: new Date().toISOString(), with: sam }, expiresAt: '2027-01-01T00:00:00.000Z' }
})

it('is counted and not shown unless somebody is chosen', async () => {
  await render(Rate, { subject, order: 'best_first' })
  await expect.element(page.getByRole('button', { name: 'Done' })).not.toBeInTheDocument()
  await page.getByRole('radio', { name: 'Mostly' }).click()
  await expect.element(page.getByText('Counted, not shown to Sam')).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await vi.waitFor(() => expect(sent).toMatchObject([{ what: 'answer', ask: 'ask1', contact: 'c1', listened: 4, tell: false }]))
  expect(listened.ask).toBeUndefined()
})

it('says who will see the words before they are sent', async () => {
  await render(Rate, { subject, order: 'best_last' })
  await page.getByRole('radio', { name: 'Not at all' }).click()
  await page.getByRole('button', { name: 'Add words' }).click()
  await expect.element(page.getByText('Nobody reads this unless you choose someone. If you need help now, send a card.')).toBeVisible()
  await page.getByRole('textbox').fill('You were late')
  await expect.element(page.getByText('Your words are for you only. Switch on to tell Sam')).toBeVisible()
  await page.getByRole('switch', { name: 'Tell Sam' }).click()
  await expect.element(page.getByText('Sam will see your answer and words')).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await vi.waitFor(() => expect(sent).toMatchObject([{ listened: 1, words: 'You were late', tell: true }]))
})

it('shows the faces in the order that was drawn', async () => {
  await render(Rate, { subject, order: 'best_last' })
  expect(page.getByRole('radio').elements().map((one) => (one as HTMLInputElement).value)).toEqual(['1', '2', '3', '4', '5'])
})

it('asks more only of those who want it, and takes a choice back', async () => {
  await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('radio', { name: 'Partly' }).click()
  await page.getByRole('radio', { name: 'Partly' }).click()
  await expect.element(page.getByRole('button', { name: 'Done' })).not.toBeInTheDocument()
  await page.getByRole('radio', { name: 'Not much' }).click()
  await page.getByRole('button', { name: /Did you have a say/ }).click()
  await page.getByRole('radiogroup', { name: 'Did you have a say?' }).getByRole('radio', { name: 'Mostly' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await vi.waitFor(() => expect(sent).toMatchObject([{ listened: 2, say: 4 }]))
  expect(sent[0]).not.toHaveProperty('serious')
})

it.each(['Not sure', 'Skip'])('%s closes the question at once and carries nothing', async (name) => {
  await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('button', { name, exact: true }).click()
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({ what: 'answer', id: expect.any(String), ask: 'ask1', contact: 'c1', listened: name === 'Skip' ? 'skip' : 'not_sure', tell: false })
  expect(listened.ask).toBeUndefined()
})

it('shows every answer at once on a small phone, in both languages', async () => {
  await page.viewport(360, 740)
  for (const language of ['en', 'ar'] as const) {
    await setLocale(language)
    const { unmount } = await render(Rate, { subject, order: 'best_first' })
    const body = document.querySelector('.sheet .body') as HTMLElement
    const last = [...body.querySelectorAll('.face')].at(-1) as HTMLElement
    expect(last.getBoundingClientRect().bottom).toBeLessThanOrEqual(body.getBoundingClientRect().bottom)
    expect(document.querySelectorAll('.sheet .foot .btns button')).toHaveLength(2)
    await unmount()
  }
  await setLocale('en')
})

it('never lets "skip" stand where words would be sent', async () => {
  await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('button', { name: 'Add words' }).click()
  await page.getByRole('textbox').fill('You were late')
  await expect.element(page.getByRole('button', { name: 'Done' })).toBeDisabled()
  expect(document.querySelector('.sheet .foot .btns')).toBeNull()
})

it('goes by the keyboard', async () => {
  await render(Rate, { subject, order: 'best_first' })
  const first = page.getByRole('radio', { name: 'Yes, completely' })
  ;(first.element() as HTMLElement).focus()
  await userEvent.keyboard(' ')
  await expect.element(first).toBeChecked()
  await userEvent.keyboard('{ArrowDown}')
  await expect.element(page.getByRole('radio', { name: 'Mostly' })).toBeChecked()
  await expect.element(first).not.toBeChecked()
})

it('keeps what was begun for whoever goes to send a card', async () => {
  const { unmount } = await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('radio', { name: 'Partly' }).click()
  await unmount()
  await render(Rate, { subject, order: 'best_first' })
  await expect.element(page.getByRole('radio', { name: 'Partly' })).toBeChecked()
})

it('has targets of 64 px, and not sure as large as skip', async () => {
  await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('button', { name: 'Add words' }).click()
  for (const target of document.querySelectorAll('.sheet button, .sheet .face, .sheet a')) {
    const box = target.getBoundingClientRect()
    expect([target.textContent?.trim() || target.getAttribute('aria-label'), box.height >= 63.5 && box.width >= 63.5]).toEqual([expect.anything(), true])
  }
  const size = (name: string): number => page.getByRole('button', { name, exact: true }).element().getBoundingClientRect().width
  expect(Math.abs(size('Not sure') - size('Skip'))).toBeLessThan(1)
})
