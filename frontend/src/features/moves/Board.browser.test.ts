import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import work from '../../messages/work/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { session } from '../../lib/session.svelte'
import Board from './Board.svelte'
import { people } from './made-up'
import { board } from './state.svelte'
import type { Board as Answer } from './types'

const words = () => Promise.resolve([common, work].map((one) => ({ default: one })))
await startMessages({ en: words, ar: words }, 'en')

const answer: Answer = {
  serverTime: '2026-11-22T12:00:00.000Z', mayMake: [people.leo], places: [{ id: 'o', name: 'Oak House', kind: 'childrens_home' }],
  moves: [
    { id: 'a', youngPerson: people.leo, to: { name: 'Oak House' }, day: '2026-11-28', emergency: false, state: 'told', side: 'theirs', missing: [{ what: 'bag', overdue: false }, { what: 'question', overdue: true, due: '2026-11-20T17:00:00.000Z' }] },
    { id: 'b', youngPerson: people.tia, to: { name: 'The Mill' }, emergency: true, state: 'preparing', side: 'place', missing: [] }
  ]
}
let calls: { what: string; body: Record<string, unknown> }[]

beforeEach(() => {
  Object.assign(session, { place: 'work', value: { signedIn: true, demo: false, serverTime: '', roles: ['keyworker'] } })
  calls = []
  vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
    calls.push({ what: `${options.method} ${url.replace('/api/work', '')}`, body: options.body ? JSON.parse(String(options.body)) : {} })
    const refuse = options.method === 'POST' && calls.filter((one) => one.what === 'POST /moves').length === 1
    return new Response(JSON.stringify(refuse ? { code: 'invalid', fields: { day: 'x' } } : answer), { status: refuse ? 422 : 200, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => {
  board.answer = undefined
  vi.unstubAllGlobals()
  history.replaceState(null, '', '/')
})

it('says first what is late and since when, and filters by what somebody is to a move', async () => {
  await render(Board)
  await expect.element(page.getByRole('heading', { name: /^Something is late/ })).toBeVisible()
  const missing = page.getByRole('list', { name: 'Still missing' }).getByRole('listitem')
  await expect.poll(() => missing.elements().map((one) => one.textContent?.trim())).toEqual(['A question waits for an answerLate since 20 November, 17:00', 'Not all of their things are ticked off yet'])
  await page.getByRole('button', { name: 'Coming to us' }).click()
  await expect.element(page.getByRole('link', { name: /Tia/ })).toBeVisible()
  expect(page.getByRole('link', { name: /Leo/ }).query()).toBeNull()
})

it('makes one move of a form that is sent again, and loses nothing that was typed', async () => {
  await render(Board)
  await page.getByRole('button', { name: 'New move' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect.element(page.getByRole('combobox', { name: 'Who moves?' })).toHaveFocus()
  expect(calls.filter((one) => one.what.startsWith('POST'))).toEqual([])

  await page.getByRole('combobox', { name: 'Who moves?' }).selectOptions('Leo')
  await page.getByRole('combobox', { name: 'Where to?' }).selectOptions('Oak House')
  await page.getByRole('textbox', { name: 'Why Leo is moving' }).fill('Near school.')
  await userEvent.keyboard('{Escape}')
  await page.getByRole('button', { name: 'New move' }).click()
  await expect.element(page.getByRole('textbox', { name: 'Why Leo is moving' })).toHaveValue('Near school.')
  await page.getByRole('textbox', { name: 'Who decided' }).fill('Marta')
  await page.getByRole('textbox', { name: /wishes were heard/ }).fill('They were asked.')
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect.element(page.getByRole('alert')).toBeVisible()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect.poll(() => location.pathname).toMatch(/^\/work\/moves\/[0-9a-f-]{36}$/)
  const sent = calls.filter((one) => one.what === 'POST /moves').map((one) => one.body)
  expect(sent).toHaveLength(2)
  expect(sent[1]).toEqual(sent[0])
  expect(sent[0]).toMatchObject({ youngPersonId: 'y', toServiceId: 'o', reason: 'Near school.', emergency: false })
})
