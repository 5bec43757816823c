// In a real browser: who reads how it went is asked each time, by name, and nothing is chosen beforehand.
import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import type { NextPlace, ReviewDay } from '../../lib/next-types'
import { outbox } from '../../lib/outbox.svelte'
import After from './After.svelte'

const sent: Record<string, unknown>[] = []
vi.mock('../../lib/next-act', () => ({ sendMove: async (_: string, act: Record<string, unknown>) => { sent.push(act); return { id: 'a', saved: 'on_phone' } } }))

await startMessages({ en: () => Promise.resolve([{ default: common }, { default: young }, { default: more }]), ar: () => Promise.resolve([]) }, 'en')

function moved(day: ReviewDay, readers = ['Marta', 'Sam']): NextPlace {
  return {
    serverTime: '2026-11-22T10:00:00Z', contents: [], hasPack: true, later: 0, bag: [], asks: { questions: [], visits: [], about: [] },
    move: { id: 'm', state: 'moved', emergency: false, days: [], to: { name: 'Oak House' }, by: { id: 'k', name: 'Kay', avatar: 'a1' }, toldAt: '', reason: '', decidedBy: '', wishes: '', choice: 'opened' },
    review: { day, until: '2026-11-29T10:00:00Z', readers: readers.map((name) => ({ id: name, name, avatar: 'a1' })) }
  }
}

const done = () => page.getByRole('button', { name: 'Done' })

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  sent.length = 0
  forgetAll()
  outbox.told = []
})

it('chooses nothing beforehand, and goes to nobody unless somebody is chosen', async () => {
  await render(After, { value: moved(7) })
  expect(page.getByRole('radio').elements().filter((one) => (one as HTMLInputElement).checked)).toEqual([])
  await expect.element(page.getByText('Do you feel settled here?')).not.toBeInTheDocument()
  await page.getByRole('radio', { name: 'Not so well' }).click()
  await expect.element(done()).toBeDisabled()
  await page.getByRole('radio', { name: 'Only for me' }).click()
  await done().click()
  await vi.waitFor(() => expect(sent).toEqual([{ do: 'review', day: 7, face: 2, longer: false, tell: false }]))
})

it('names who would read it, and asks after four weeks whether they feel settled', async () => {
  await render(After, { value: moved(28) })
  await page.getByRole('radiogroup', { name: 'How did the move go?' }).getByRole('radio', { name: 'OK' }).click()
  await page.getByRole('radiogroup', { name: /Do you feel settled/ }).getByRole('radio', { name: 'Mostly' }).click()
  await page.getByRole('textbox').fill('A later bedtime')
  await page.getByRole('radio', { name: 'Marta and Sam can read it' }).click()
  await done().click()
  await vi.waitFor(() => expect(sent).toEqual([{ do: 'review', day: 28, face: 3, settled: 4, words: 'A later bedtime', longer: false, tell: true, readers: ['Marta', 'Sam'] }]))
})

it('tells only those who were named when it was chosen', async () => {
  const { rerender } = await render(After, { value: moved(7) })
  await page.getByRole('radio', { name: 'Not so well' }).click()
  await page.getByRole('radio', { name: 'Marta and Sam can read it' }).click()
  await rerender({ value: moved(7, ['Marta', 'Sam', 'Later']) })
  await expect.element(page.getByRole('radio', { name: 'Marta and Sam can read it' })).toBeChecked()
  await done().click()
  await vi.waitFor(() => expect(sent).toEqual([{ do: 'review', day: 7, face: 2, longer: false, tell: true, readers: ['Marta', 'Sam'] }]))
})

it('promises no time with somebody when nobody would read that it is wanted', async () => {
  const { unmount } = await render(After, { value: moved(1) })
  await page.getByRole('radio', { name: 'Well', exact: true }).click()
  await page.getByRole('checkbox', { name: 'I want more time with somebody' }).click()
  await page.getByRole('radio', { name: 'Only for me' }).click()
  await expect.element(done()).toBeDisabled()
  await page.getByRole('radio', { name: 'Marta and Sam can read it' }).click()
  await done().click()
  await vi.waitFor(() => expect(sent).toEqual([{ do: 'review', day: 1, face: 4, longer: true, tell: true, readers: ['Marta', 'Sam'] }]))
  await unmount()
  await render(After, { value: moved(1, []) })
  await expect.element(page.getByRole('checkbox')).not.toBeInTheDocument()
})

it('a skip carries nothing', async () => {
  await render(After, { value: moved(7) })
  await page.getByRole('button', { name: 'Skip' }).click()
  await vi.waitFor(() => expect(sent).toEqual([{ do: 'review', day: 7, face: 'skip', longer: false, tell: false }]))
})

it('is not asked for once more while it waits on the phone, and again when Heard could not take it', async () => {
  const { unmount } = await render(After, { value: moved(7) })
  await page.getByRole('button', { name: 'Skip' }).click()
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  await unmount()
  const again = await render(After, { value: moved(7) })
  await expect.element(page.getByText('Nothing to answer now')).toBeVisible()
  outbox.told = [{ v: 2, what: 'move', id: 'a', createdAt: 0, attempts: 1, nextAt: 0, status: 'refused', reason: 'device', sealed: { v: 1, id: 'a', ticket: '', key: '', epk: '', iv: '', sealed: '' } }]
  await expect.element(page.getByRole('button', { name: 'Skip' })).toBeVisible()
  outbox.told = []
  await again.rerender({ value: moved(28) })
  await expect.element(page.getByText(/Do you feel settled/)).toBeVisible()
})
