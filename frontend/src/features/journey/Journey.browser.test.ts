import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import { startMessages } from '../../lib/i18n.svelte'
import type { JourneyView, NextPlace } from '../../lib/next-types'
import { outbox } from '../../lib/outbox.svelte'
import { acceptSession } from '../../lib/session.svelte'
import type { SealedCard } from '../../lib/outbox-types'
import type { Card } from '../../lib/types'
import Journey from './Journey.svelte'
import { local, stop } from './state.svelte'

const sam = { id: 'sam', name: 'Sam', avatar: 'a1' }
const jo = { id: 'jo', name: 'Jo', avatar: 'a2' }
let cards: Record<string, unknown>[] = []
let reachable = true

const plan: JourneyView = {
  leavesAt: '2026-11-27T15:30:00Z', how: 'car', minutes: 90, with: [jo], escort: sam, mayStop: true, carriedIn: 'case', food: 'Chips on the way',
  stops: [{ name: 'Services by the sea', minutes: 40, toilet: true }],
  choices: [
    { key: 'seat', wish: 'In front', state: 'no', reason: 'The law says from twelve on.', by: sam },
    { key: 'music', wish: 'My own songs', state: 'agreed', by: sam }
  ]
}

function place(more: Partial<NextPlace> = {}): NextPlace {
  return {
    serverTime: new Date().toISOString(), contents: [], hasPack: true, later: 0, journey: plan, asks: { questions: [], visits: [], about: [] },
    bag: [{ id: 'bear', name: 'Bear', mine: true, packed: false, arrived: false, missing: false }, { id: 'coat', name: 'Winter coat', mine: false, packed: true, arrived: false, missing: false }],
    move: { id: 'm', state: 'told', emergency: false, day: '2026-11-27', days: [], to: { name: 'Oak House' }, by: sam, toldAt: '2026-11-20T12:00:00Z', reason: '', decidedBy: '', wishes: '', choice: 'opened' },
    ...more
  } as NextPlace
}

const show = (value = place()) => render(Journey, { value, src: () => undefined })

beforeEach(async () => {
  document.body.innerHTML = '<div id="layer"></div>'
  cards = []
  reachable = true
  Object.assign(local, { wishes: {}, things: [], gone: {}, packed: {} })
  Object.assign(stop, { move: undefined, id: undefined, card: undefined })
  outbox.items = []
  vi.stubGlobal('fetch', async (url: string, request: RequestInit) => {
    if (!reachable) throw new TypeError('no signal')
    const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } })
    if (request.method !== 'POST' || !url.endsWith('/cards')) return url.endsWith('/cards') ? json({ cards: [] }) : json({ code: 'unavailable', reason: 'later' }, 503)
    const body = JSON.parse(String(request.body))
    cards.push(body)
    return json({ id: 'server', clientId: body.id, state: 'alerting', receivedAt: body.tappedAt, version: 1, duplicate: false })
  })
  const words = (language: 'en' | 'ar') => () => Promise.all([import(`../../messages/common/${language}.json`), import(`../../messages/young/${language}.json`), import(`../../messages/young-more/${language}.json`)])
  await startMessages({ en: words('en'), ar: words('ar') }, 'en')
  await acceptSession({ signedIn: true, demo: false, serverTime: new Date().toISOString(), csrf: 'token', account: { id: 'leo-on-the-way', name: 'Leo', avatar: 'a4' }, lock: 'none', locked: false, historyOpen: true })
})

it('sends “I need a stop” to whoever goes along, after saying to whom, and switches nobody off', async () => {
  await show()
  await page.getByRole('button', { name: 'I need a stop' }).click()
  await expect.element(page.getByText('This goes to Sam, who is with you.')).toBeVisible()
  expect(cards).toHaveLength(0)
  await page.getByRole('button', { name: 'Send to Sam' }).click()
  await vi.waitFor(() => expect(cards).toHaveLength(1))
  expect(cards[0]).toMatchObject({ card: 'need_stop', kind: 'need', need: 'need_stop', audience: ['sam'], switchedOff: [], kept: false })
  await expect.element(page.getByRole('link', { name: /Letting/ })).toBeVisible()
})

it('says that the card is on this phone while there is no signal', async () => {
  reachable = false
  await show()
  await page.getByRole('button', { name: 'I need a stop' }).click()
  await page.getByRole('button', { name: 'Send to Sam' }).click()
  await expect.element(page.getByRole('link', { name: /phone/i })).toBeVisible()
  expect(cards).toHaveLength(0)
})

it('says of which day it is who goes along, when the phone has not heard since', async () => {
  await show(place({ serverTime: '2026-11-20T12:00:00Z' }))
  await page.getByRole('button', { name: 'I need a stop' }).click()
  await expect.element(page.getByText('This goes to Sam, as it was on Friday 20 November.')).toBeVisible()
  await expect.element(page.getByText('If somebody else goes with you by now, it goes to them too.')).toBeVisible()
  expect(page.getByText('who is with you').elements()).toHaveLength(0)
})

it('shows a stop on its own move’s page for three hours, and on no other', async () => {
  const card = (at: number) => ({ id: 'c', clientId: 'x', card: 'need_stop', kind: 'need', state: 'alerting', events: [], recipients: [], receivedAt: new Date(at).toISOString() }) as unknown as Card
  Object.assign(stop, { move: 'm', card: card(Date.now() - 60_000) })
  const first = await show()
  await expect.element(page.getByRole('link', { name: /Letting/ })).toBeVisible()
  Object.assign(stop, { move: 'm', card: card(Date.now() - 4 * 60 * 60_000) })
  await expect.element(page.getByRole('link', { name: /Letting/ })).not.toBeInTheDocument()
  Object.assign(stop, { move: 'm', card: card(Date.now()) })
  await expect.element(page.getByRole('link', { name: /Letting/ })).toBeVisible()
  await first.unmount()
  const value = place()
  await show({ ...value, move: { ...value.move, id: 'another' } })
  await expect.element(page.getByRole('button', { name: 'I need a stop' })).toBeVisible()
  expect(page.getByRole('link', { name: /Letting/ }).elements()).toHaveLength(0)
})

it('says that a card waits that it can’t read, as after a reload while locked', async () => {
  await show()
  expect(page.getByText(/is still on this phone/).elements()).toHaveLength(0)
  outbox.items = [{ v: 2, id: 'w', createdAt: Date.now(), attempts: 1, nextAt: 0, status: 'waiting', sealed: {} as SealedCard }]
  await expect.element(page.getByText(/is still on this phone/)).toBeVisible()
})

it('can only be held up while nobody goes along', async () => {
  await show(place({ journey: { ...plan, escort: undefined } }))
  await page.getByRole('button', { name: 'I need a stop' }).click()
  await expect.element(page.getByRole('link', { name: 'Show it' })).toHaveAttribute('href', '/show/need_stop')
  expect(page.getByRole('button', { name: /Send/ }).elements()).toHaveLength(0)
})

it('shows a no with its reason, and a new wish in its place', async () => {
  await show()
  await expect.element(page.getByText('The law says from twelve on.')).toBeVisible()
  await expect.element(page.getByText('Sam said no, because:')).toBeVisible()
  await page.getByRole('button', { name: 'Change: Where I sit' }).click()
  await page.getByRole('textbox', { name: 'Where would you like to sit?' }).fill('By the window')
  await page.getByRole('button', { name: 'Ask for this' }).click()
  await expect.element(page.getByText('By the window')).toBeVisible()
  await expect.element(page.getByText('Not sent yet. It goes when there is signal.')).toBeVisible()
  expect(page.getByText('The law says from twelve on.').elements()).toHaveLength(0)
})

it('writes down and ticks a thing without signal', async () => {
  reachable = false
  await show()
  await page.getByRole('textbox', { name: 'What do you want to take?' }).fill('Lamp')
  await page.getByRole('button', { name: 'Put on the list' }).click()
  const lamp = page.getByRole('checkbox', { name: /Lamp/ })
  await lamp.click()
  await expect.element(lamp).toBeChecked()
  await expect.element(page.getByRole('checkbox', { name: /Winter coat/ })).toBeChecked()
  // Only what is theirs can be taken off.
  expect(page.getByRole('button', { name: /Take off the list/ }).elements()).toHaveLength(2)
})

it('has targets of 64 px', async () => {
  await show()
  await page.getByRole('button', { name: 'Change: Music' }).click()
  for (const node of document.querySelectorAll('button, a')) {
    const box = node.getBoundingClientRect()
    expect([node.textContent?.trim() || node.getAttribute('aria-label'), box.height >= 63.5 && box.width >= 63.5]).toEqual([expect.anything(), true])
  }
})

it('after moving tells what came, and offers nothing of the way', async () => {
  const value = place({ bag: [{ id: 'bear', name: 'Bear', mine: true, packed: true, arrived: true, missing: false }, { id: 'coat', name: 'Winter coat', mine: false, packed: true, arrived: false, missing: true }] })
  await show({ ...value, move: { ...value.move, state: 'moved' } })
  await expect.element(page.getByText('Missing. Somebody has to look for it.')).toBeVisible()
  expect(page.getByRole('button', { name: /stop|list|Change/i }).elements()).toHaveLength(0)
})
