import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import SharedPicker from './SharedPicker.svelte'

const words = () => Promise.resolve([{ default: common }, { default: young }, { default: more }])
await startMessages({ en: words, ar: words }, 'en')

const people = [{ id: 'x1', avatar: 'a9' }, { id: 'x2', avatar: 'a7' }]

it('shows pictures only, each with a name of its own for a screen reader', async () => {
  const screen = await render(SharedPicker, { people, known: true, oncode: () => undefined })
  await expect.element(page.getByRole('button', { name: 'Choose: Red top' })).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Choose: Headscarf' })).toBeVisible()
  expect(screen.container.querySelector('ul')?.textContent?.trim()).toBe('')
  const names = Array.from({ length: 12 }, (_, i) => (more as Record<string, string>)[`avatar.a${i + 1}`])
  expect(new Set(names).size).toBe(12)
})

it('picks by the tablet’s own id, and says what went wrong', async () => {
  const asked = vi.fn(async (_url: string, _init: RequestInit) => new Response('{"code":"unavailable"}', { status: 503, headers: { 'Content-Type': 'application/problem+json' } }))
  vi.stubGlobal('fetch', asked)
  await render(SharedPicker, { people, known: true, oncode: () => undefined })
  await page.getByRole('button', { name: 'Choose: Red top' }).click()
  await expect.element(page.getByRole('alert')).toHaveTextContent('Heard can’t do that right now')
  expect([asked.mock.calls[0]?.[0], asked.mock.calls[0]?.[1].body]).toEqual(['/api/young/shared/pick', '{"id":"x1"}'])
  vi.unstubAllGlobals()
})

it('without signal says that picking needs it, and shows the way to help', async () => {
  await render(SharedPicker, { people: [], known: false, oncode: () => undefined })
  await expect.element(page.getByText('Picking needs signal. Help works without.')).toBeVisible()
  await expect.element(page.getByRole('link', { name: 'Help' })).toBeVisible()
})
