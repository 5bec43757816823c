// In a real browser: a move that is off is said plainly, and what nobody can read is asked anew.
import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import Again from './Again.svelte'
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
