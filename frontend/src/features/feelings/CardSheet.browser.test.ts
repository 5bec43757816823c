import { beforeEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import { startMessages } from '../../lib/i18n.svelte'
import { people } from '../../lib/people.svelte'
import { acceptSession } from '../../lib/session.svelte'
import CardSheet from './CardSheet.svelte'

const posted: Record<string, unknown>[] = []

beforeEach(async () => {
  document.body.innerHTML = '<div id="layer"></div>'
  posted.length = 0
  people.known = true
  people.list = [
    { id: 'sam', name: 'Sam', avatar: 'a1', role: 'keyworker', default: true, staff: true },
    { id: 'jo', name: 'Jo', avatar: 'a2', role: 'lead', default: false, staff: true },
    { id: 'rosa', name: 'Rosa', avatar: 'a5', role: 'family', default: false, staff: false }
  ]
  vi.stubGlobal('fetch', async (_: string, request: RequestInit) => {
    const body = JSON.parse(String(request.body))
    posted.push(body)
    return new Response(JSON.stringify({ id: 'server', clientId: body.id, state: 'received', receivedAt: body.tappedAt, version: 1, duplicate: false }), { headers: { 'Content-Type': 'application/json' } })
  })
  await startMessages({
    en: () => Promise.all([import('../../messages/common/en.json'), import('../../messages/young/en.json'), import('../../messages/young-more/en.json')]),
    ar: () => Promise.all([import('../../messages/common/ar.json'), import('../../messages/young/ar.json'), import('../../messages/young-more/ar.json')])
  }, 'en')
  await acceptSession({ signedIn: true, demo: false, serverTime: new Date().toISOString(), csrf: 'token', account: { id: 'leo', name: 'Leo', avatar: 'a4' }, lock: 'none', locked: false, historyOpen: true })
})

it('is sent with one tap, to the keyworker, with nothing else chosen', async () => {
  await render(CardSheet, { card: 'sad' })
  await page.getByRole('button', { name: 'Send' }).click()
  await vi.waitFor(() => expect(posted).toHaveLength(1))
  expect(posted[0]).toMatchObject({ card: 'sad', kind: 'feeling', audience: ['sam'], switchedOff: [], kept: false })
  expect(posted[0]).not.toHaveProperty('intensity')
})

it('carries what was chosen, and names who was switched off', async () => {
  await render(CardSheet, { card: 'sad' })
  await page.getByRole('button', { name: 'Quite' }).click()
  await page.getByRole('button', { name: 'Sit with me, no talking' }).click()
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('switch', { name: /Jo/ }).click()
  await page.getByRole('switch', { name: /Sam/ }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await vi.waitFor(() => expect(posted).toHaveLength(1))
  expect(posted[0]).toMatchObject({ intensity: 'quite', need: 'sit_with_me', audience: ['jo'], switchedOff: ['sam'] })
})

it('keeps the last member of staff on', async () => {
  await render(CardSheet, { card: 'sad' })
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('switch', { name: /Sam/ }).click({ force: true })
  await expect.element(page.getByRole('switch', { name: /Sam/ })).toBeChecked()
})

it('kept is for nobody else', async () => {
  await render(CardSheet, { card: 'proud' })
  await page.getByRole('button', { name: 'Keep' }).click()
  await vi.waitFor(() => expect(posted).toHaveLength(1))
  expect(posted[0]).toMatchObject({ kept: true, audience: [] })
})

it('takes a choice back when it is pressed again', async () => {
  await render(CardSheet, { card: 'sad' })
  const quite = page.getByRole('button', { name: 'Quite' })
  await quite.click()
  await expect.element(quite).toHaveAttribute('aria-pressed', 'true')
  await quite.click()
  await expect.element(quite).toHaveAttribute('aria-pressed', 'false')
})

it('has targets of 64 px', async () => {
  await render(CardSheet, { card: 'sad' })
  await expect.element(page.getByRole('button', { name: 'Send' })).toBeVisible()
  for (const button of document.querySelectorAll('.sheet button')) {
    const box = button.getBoundingClientRect()
    expect([button.textContent?.trim() || button.getAttribute('aria-label'), box.height >= 63.5 && box.width >= 63.5]).toEqual([expect.anything(), true])
  }
})

it('closes on Escape', async () => {
  history.replaceState(null, '', '/tap/sad')
  await render(CardSheet, { card: 'sad' })
  await userEvent.keyboard('{Escape}')
  expect(location.pathname).toBe('/')
})
