import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import pack from '../../messages/pack/en.json'
import work from '../../messages/work/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { tellLive } from '../../lib/live.svelte'
import { session } from '../../lib/session.svelte'
import { forgetMove } from './actions'
import { madeUp } from './made-up'
import MovePage from './MovePage.svelte'
import type { Move } from './types'

const words = () => Promise.resolve([common, work, pack].map((one) => ({ default: one })))
await startMessages({ en: words, ar: words }, 'en')

let now: Move
let answers: Record<string, { status: number; body: unknown }[]>
let calls: { what: string; body: Record<string, unknown> }[]
const sent = (what: string) => calls.filter((one) => one.what === what).map((one) => one.body)
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
const region = (name: string) => page.getByRole('region', { name, exact: true })

beforeEach(() => {
  Object.assign(session, { place: 'work', value: { signedIn: true, demo: false, serverTime: '', roles: ['keyworker'] } })
  now = madeUp()
  answers = {}
  calls = []
  vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
    const what = `${options.method} ${url.replace('/api/work', '')}`
    calls.push({ what, body: options.body ? JSON.parse(String(options.body)) : {} })
    const given = answers[what]?.shift() ?? { status: 200, body: what === 'GET /moves/m' ? now : what === 'GET /moves' ? { moves: [], mayMake: [], places: [{ id: 'o', name: 'Oak House', kind: 'x' }, { id: 'f', name: 'Elm Road', kind: 'x' }], serverTime: now.serverTime } : {} }
    return new Response(JSON.stringify(given.body), { status: given.status, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => {
  forgetMove()
  vi.unstubAllGlobals()
})

describe('a move’s page', () => {
  it('says what is true of it, and asks the server once', async () => {
    await render(MovePage, { id: 'm' })
    await expect.element(page.getByRole('heading', { level: 1, name: 'Leo' })).toBeVisible()
    await expect.element(page.getByText(/^Told .*16:02 by Sam\. Leo doesn’t want to look yet\.$/)).toBeVisible()
    await expect.element(page.getByText('It was Friday 27 November')).toBeVisible()
    await expect.element(page.getByText('Late since 20 November, 17:00')).toBeVisible()
    expect(calls.map((one) => one.what)).toEqual(['GET /moves/m'])
  })

  it('shows a place nothing of what it may not read, and no button that it may not press', async () => {
    const { words: _words, reviews: _reviews, from: _from, choice: _choice, escorts: _escorts, ...rest } = madeUp()
    now = { ...rest, side: 'place', sides: ['place'], may: ['answer', 'visits', 'bag'] }
    await render(MovePage, { id: 'm' })
    await expect.element(region('Questions to the place')).toBeVisible()
    expect(document.body.textContent).not.toMatch(/near your school|Marta|near Ana|Elm Road|It was fine/)
    expect(document.body.textContent, 'whether they looked is not known here').not.toMatch(/has not opened|doesn’t want to look/)
    for (const name of ['What it says', 'After the move']) expect(region(name).query()).toBeNull()
    for (const name of ['Tell Leo', 'Not going there', 'Yes to: In front', 'Change']) expect(button(name).query()).toBeNull()
  })

  it('keeps an answer that is being written when something changes, and sends it once', async () => {
    await render(MovePage, { id: 'm' })
    const field = page.getByRole('textbox', { name: 'Your answer' })
    await field.fill('Yes, every room has a lock.')
    now.asks?.about.push({ id: 'new', words: 'I like rain.', at: now.serverTime })
    tellLive()
    await expect.element(page.getByText('I like rain.')).toBeVisible()
    await expect.element(field).toHaveValue('Yes, every room has a lock.')
    await userEvent.dblClick(button('Send the answer'))
    await expect.poll(() => sent('POST /moves/m/questions/q2')).toEqual([{ words: 'Yes, every room has a lock.' }])
  })

  it('leaves the keyboard where it was at work when what was sent goes away', async () => {
    await render(MovePage, { id: 'm' })
    await page.getByRole('textbox', { name: 'Your answer' }).fill('Yes.')
    const [first, second] = now.asks?.questions ?? []
    if (first && second && now.asks) now = { ...now, asks: { ...now.asks, questions: [first, { ...second, answer: { words: 'Yes.', who: now.youngPerson, at: now.serverTime } }] } }
    await userEvent.keyboard('{Tab}{Enter}')
    await expect.element(page.getByRole('heading', { name: 'Questions to the place' })).toHaveFocus()
  })

  it('says no only with a reason, by keyboard too', async () => {
    await render(MovePage, { id: 'm' })
    await expect.element(button('No to: In front')).toBeVisible()
    ;(button('No to: In front').element() as HTMLElement).focus()
    await userEvent.keyboard('{Enter}')
    await button('Say no').click()
    await expect.element(page.getByText('Say why. They read it.')).toBeVisible()
    expect(sent('POST /moves/m/choices/seat')).toEqual([])
    await page.getByRole('textbox', { name: /^Why not/ }).fill('The airbag.')
    await userEvent.keyboard('{Tab}{Tab}{Enter}')
    await expect.poll(() => sent('POST /moves/m/choices/seat')).toEqual([{ askedAt: '2026-11-19T10:00:00.000Z', agreed: false, reason: 'The airbag.' }])
  })

  it('tells without photos only by a second press', async () => {
    now.toldAt = undefined
    answers['POST /moves/m/tell'] = [{ status: 409, body: { code: 'conflict', reason: 'no_pack' } }]
    await render(MovePage, { id: 'm' })
    await button('Tell Leo').click()
    expect(sent('POST /moves/m/tell')).toEqual([])
    await button('I have told Leo: put it in their app').click()
    await button('Tell Leo without photos').click()
    await expect.poll(() => sent('POST /moves/m/tell')).toEqual([{ base: 3, withoutPack: false }, { base: 3, withoutPack: true }])
  })

  it('shows what somebody saved meanwhile before it is told', async () => {
    now.toldAt = undefined
    answers['POST /moves/m/tell'] = [{ status: 409, body: { code: 'conflict', reason: 'changed' } }]
    await render(MovePage, { id: 'm' })
    await button('Tell Leo').click()
    now = { ...now, revision: 4, words: { ...madeUp().words, reason: 'Theirs: Tia lives there.' } as Move['words'] }
    await button('I have told Leo: put it in their app').click()
    const dialog = page.getByRole('dialog')
    await expect.element(dialog.getByText('This changed in the meantime. Here is how it is now.')).toBeVisible()
    await expect.element(dialog.getByText('Theirs: Tia lives there.')).toBeVisible()
    expect(dialog.getByText('Marta and Sam').query()).toBeNull()
    await button('I have told Leo: put it in their app').click()
    await expect.poll(() => sent('POST /moves/m/tell')).toEqual([{ base: 3, withoutPack: false }, { base: 4, withoutPack: false }])
  })

  it('shows what somebody else said to a visit before it says something else', async () => {
    answers['PUT /moves/m/visits/v'] = [{ status: 409, body: { code: 'conflict', reason: 'changed' } }]
    await render(MovePage, { id: 'm' })
    await button('It can’t be').click()
    await page.getByRole('textbox', { name: 'Why not?' }).fill('There is a party.')
    const settledAt = '2026-11-22T11:59:00.000Z'
    if (now.asks) now = { ...now, asks: { ...now.asks, visits: now.asks.visits.map((one) => ({ ...one, state: 'agreed', when: '2026-11-24T15:00:00.000Z', reply: 'At three', settledAt })) } }
    await button('Send').click()
    await expect.element(page.getByText('At three')).toBeVisible()
    await expect.element(page.getByRole('textbox', { name: 'Why not?' })).toHaveValue('There is a party.')
    await button('Send').click()
    await expect.poll(() => sent('PUT /moves/m/visits/v')).toEqual([{ state: 'declined', words: 'There is a party.' }, { was: settledAt, state: 'declined', words: 'There is a party.' }])
  })

  it('keeps whoever goes along in the plan while no card would reach them', async () => {
    if (now.journey) now = { ...now, journey: { ...now.journey, escort: undefined, away: { id: 'n', name: 'Noa', avatar: 'a6' } } }
    await render(MovePage, { id: 'm' })
    await expect.element(region('The journey').getByText('Noa (can’t be reached now)')).toBeVisible()
    await region('The journey').getByRole('button', { name: 'Change' }).click()
    await page.getByRole('textbox', { name: 'Music' }).fill('Quiet')
    await button('Save the journey').click()
    await expect.poll(() => sent('PUT /moves/m/journey')).toMatchObject([{ escortId: 'n', music: 'Quiet' }])
  })
})

describe('two who write at once', () => {
  const other = (): Move => ({ ...madeUp(), revision: 4, words: { reason: 'Theirs: Tia lives there.', decidedBy: 'Marta and Sam', wishes: 'Theirs: not near Ana.', timeWords: 'after lunch' } })

  it('see both texts of each part that differs, and nothing is saved before all of them are chosen', async () => {
    answers['PUT /moves/m'] = [{ status: 409, body: { code: 'conflict', reason: 'changed' } }]
    await render(MovePage, { id: 'm' })
    await region('What it says').getByRole('button', { name: 'Change' }).click()
    await page.getByRole('textbox', { name: 'Why Leo is moving' }).fill('Mine: there is a room.')
    now = other()
    await button('Save').click()
    await expect.element(page.getByRole('heading', { name: 'Somebody else saved while you wrote' })).toHaveFocus()
    for (const text of ['Mine: there is a room.', 'Theirs: Tia lives there.', 'You wanted to stay near Ana.', 'Theirs: not near Ana.']) await expect.element(page.getByText(text)).toBeVisible()
    expect(page.getByRole('group', { name: 'Who decided' }).query()).toBeNull()
    const save = button('Save what I chose')
    await expect.element(save).toBeDisabled()

    await page.getByRole('group', { name: 'Why Leo is moving' }).getByRole('button', { name: 'Put together by hand' }).click()
    await expect.element(save).toBeDisabled()
    await page.getByRole('group', { name: /wishes were heard/ }).getByRole('radio', { name: /Saved by somebody else/ }).click()
    await save.click()
    await expect.poll(() => sent('PUT /moves/m').at(-1)).toMatchObject({ base: 4, reason: 'Theirs: Tia lives there.\nMine: there is a room.', wishes: 'Theirs: not near Ana.', decidedBy: 'Marta and Sam' })
    expect(sent('PUT /moves/m')).toHaveLength(2)
  })

  it('are asked about the escort when two of them have one name', async () => {
    const sams = [{ id: 's', name: 'Sam', avatar: 'a2' }, { id: 's2', name: 'Sam', avatar: 'a5' }]
    now = { ...now, escorts: sams }
    answers['PUT /moves/m/journey'] = [{ status: 409, body: { code: 'conflict', reason: 'changed' } }]
    await render(MovePage, { id: 'm' })
    await region('The journey').getByRole('button', { name: 'Change' }).click()
    await page.getByRole('textbox', { name: 'Music' }).fill('Quiet')
    if (now.journey) now = { ...now, journey: { ...now.journey, revision: 2, escort: sams[1] } }
    await button('Save the journey').click()
    await page.getByRole('group', { name: 'Music' }).getByRole('radio', { name: /Yours/ }).click()
    await expect.element(button('Save what I chose')).toBeDisabled()
    await page.getByRole('group', { name: 'Who goes along' }).getByRole('radio', { name: /Saved by somebody else/ }).click()
    await button('Save what I chose').click()
    await expect.poll(() => sent('PUT /moves/m/journey').at(-1)).toMatchObject({ base: 2, music: 'Quiet', escortId: 's2' })
  })

  it('choose again when a third one saves meanwhile', async () => {
    answers['PUT /moves/m/journey'] = [{ status: 409, body: { code: 'conflict', reason: 'changed' } }]
    await render(MovePage, { id: 'm' })
    await region('The journey').getByRole('button', { name: 'Change' }).click()
    await page.getByRole('textbox', { name: 'Music' }).fill('Quiet')
    if (now.journey) now = { ...now, journey: { ...now.journey, revision: 2, music: 'Radio' } }
    await button('Save the journey').click()
    await page.getByRole('radio', { name: /Yours/ }).click()
    await expect.element(button('Save what I chose')).toBeEnabled()
    if (now.journey) now = { ...now, journey: { ...now.journey, revision: 3, music: 'Loud' } }
    tellLive()
    await expect.element(page.getByText('Loud')).toBeVisible()
    await expect.element(button('Save what I chose')).toBeDisabled()
    await page.getByRole('radio', { name: /Yours/ }).click()
    await button('Save what I chose').click()
    await expect.poll(() => sent('PUT /moves/m/journey').map((one) => [one.base, one.music])).toEqual([[1, 'Quiet'], [3, 'Quiet']])
  })
})
