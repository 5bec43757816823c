// The way of one answer, whole: a contact, a question, an answer without signal, a release, the figures a manager takes
// away, and the rated worker who finds no trace of who answered what.
import { readFileSync } from 'node:fs'
import type { Browser, Download, Page } from '@playwright/test'
import { call, confirmAll, enrol, expect, type World, join, test } from '../fixtures'
import { csv } from '../support/csv'
import { givePasskeys } from '../support/passkey'
import { answerWith } from '../support/phones'
import { complaints, show } from '../support/screens'
import { madeUp } from '../support/seize'
import type { Heard } from '../support/server'
import { kept, stocked } from '../support/stock'
import { sheet } from '../support/xlsx'

test.use({ clock: true })

const others = 25
const hidden = 'Hidden: fewer than 10 young people'
const faces = [5, 4, 5, 4, 2] as const

test('a contact, a question, an answer, a release, and no trace of who answered', async ({ browser, heard, admin, world, phone }) => {
  test.setTimeout(120_000)
  const { keyworker, lead, youngPerson } = world
  const worker = keyworker.page
  const [words] = madeUp(1) as [string]

  const manager = await commissioner(browser, admin, lead.page)
  const codes = await neighbours(admin, world)
  await join(phone, world)
  await stocked(phone)

  const contact = await test.step('the keyworker records a meeting in two taps', () => record(world))
  const ids = [youngPerson.id, contact, keyworker.id]
  await everything(worker, ids) // what a first look writes down is written
  const before = await everything(worker, ids)
  expect(Object.keys(before).length).toBeGreaterThan(20)
  expect(before['/api/work/contacts']).toContain(contact)

  await test.step('the phone asks, and is answered without signal', async () => {
    await phone.goto('/')
    await expect(phone.getByText(`How was it with ${keyworker.name} today?`)).toBeVisible()
    await phone.context().setOffline(true)
    await phone.getByText(`How was it with ${keyworker.name} today?`).click()
    await phone.getByRole('radio', { name: 'Not much' }).first().click()
    await phone.getByRole('button', { name: 'Add words' }).click()
    await phone.getByLabel('In your own words').fill(words)
    await phone.getByRole('button', { name: 'Done', exact: true }).click()
    await expect(phone.getByRole('heading', { name: 'On this phone. Not sent yet.' })).toBeVisible()
  })

  await test.step('it goes when there is signal, once', async () => {
    await phone.context().setOffline(false)
    await expect.poll(async () => (await kept<unknown[]>(phone, 'outbox')).length, { timeout: 40_000 }).toBe(0)
    expect(await call(phone, 'GET', '/api/young/listened')).toMatchObject({ mine: [{ listened: 2, words }] })
  })

  const period = await test.step('others answer too; whatever the worker can ask for stays as it was, byte for byte', async () => {
    const counted = await Promise.all(codes.map((code, i) => answerWith(code, faces[i % faces.length] ?? 5, heard.url)))
    expect(await everything(worker, ids)).toEqual(before)
    return counted[0] ?? ''
  })

  await test.step('nobody reads a figure before the quarter has closed', async () => {
    await show(manager, '/insight/')
    await expect(manager.getByRole('heading', { name: 'No figures yet' })).toBeVisible()
    expect(await call(manager, 'GET', '/api/insight/overview')).toMatchObject({ releases: [] })
  })

  const first = await test.step('it closes; the manager reads it, takes it away and prints it, and all say the same', async () => {
    await heard.forward(closing(period) - heard.now())
    await signIn(manager, '/insight/')
    await published(manager, 1)
    const [newest, ...none] = await figures(manager)
    expect(none).toEqual([])
    expect(newest?.n, 'as many as answered, but for the noise').toBeGreaterThan(others - 15)
    await expect(manager.locator('.big')).toHaveText(`${newest?.rate} %`)
    await expect(manager.getByText(`The true figure is likely between ${newest?.low} % and ${newest?.high} %.`)).toBeVisible()
    await inFiles(manager, [newest as Figures])
    await printed(manager)
    return newest
  })

  await test.step('a quarter without answers is hidden, in the files too, and the one before is not drawn again', async () => {
    await heard.forward(closing(after(period)) - heard.now())
    await signIn(manager, '/insight/')
    await published(manager, 2)
    const [newest, earlier] = await figures(manager)
    expect(earlier).toEqual(first)
    // Of nobody the noise alone makes ten once in fifteen hundred times; then that is shown, and in all of them.
    expect(newest?.n ?? 0).toBeLessThan(others - 5)
    await inFiles(manager, [first, newest] as Figures[])
  })

  await test.step('the rated worker finds no trace', () => noTrace(world, manager, heard, before, ids, words))

  await test.step('young people read what they said together', async () => {
    const { url } = await call<{ url: string }>(worker, 'POST', `/api/work/young-people/${youngPerson.id}/join-code`)
    await phone.goto(url)
    await phone.getByRole('heading', { name: `Hello, ${youngPerson.name}` }).waitFor()
    await show(phone, '/listened/said')
    await expect(phone.getByText(/^\d+ in 10 young people felt listened to\.$/).last()).toBeVisible()
    await expect(phone.getByText('Small services together').last()).toBeVisible()
  })
})

/** Somebody who reads all figures of the organisation, enrolled and confirmed. */
async function commissioner(browser: Browser, admin: Page, lead: Page): Promise<Page> {
  const made = await call<{ id: string; invitation: { insightUrl: string } }>(admin, 'POST', '/api/admin/staff', { name: 'Carol', kind: 'staff' })
  const { id } = await call<{ id: string }>(admin, 'GET', '/api/admin/organisation')
  await call(admin, 'POST', '/api/admin/relations', { subjectId: made.id, kind: 'commissioner_of', objectId: id, reason: 'Set up for a journey' })
  await confirmAll(lead)
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  await givePasskeys(page)
  await enrol(page, made.invitation.insightUrl)
  return page
}

/** Other young people of the same service, each with a code to join by. */
async function neighbours(admin: Page, { lead, service }: World): Promise<string[]> {
  const made = await Promise.all(
    Array.from({ length: others }, (_, i) => call<{ id: string }>(admin, 'POST', '/api/admin/young-people', { name: `Mia${i}`, serviceId: service.id }))
  )
  await confirmAll(lead.page)
  return Promise.all(made.map(async ({ id }) => (await call<{ words: string }>(admin, 'POST', `/api/admin/young-people/${id}/join-code`)).words))
}

/** Two taps: who, and what kind. It goes when the page is left, because until then it can be undone. The contact's id. */
async function record({ keyworker, youngPerson }: World): Promise<string> {
  await show(keyworker.page, '/work/contacts')
  await keyworker.page.getByRole('main').getByRole('button', { name: youngPerson.name }).click()
  await keyworker.page.getByRole('button', { name: 'Meeting', exact: true }).click()
  await expect(keyworker.page.getByText(`Recorded: Meeting with ${youngPerson.name}, just now`)).toBeVisible()
  await keyworker.page.goto('/work')
  const own = (): Promise<{ contacts: { id: string }[] }> => call(keyworker.page, 'GET', '/api/work/contacts')
  await expect.poll(async () => (await own()).contacts.length).toBe(1)
  return (await own()).contacts[0]?.id ?? ''
}

async function signIn(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

/** Every answer that a place's API has for whoever is signed in: status, tag, date and bytes, but for the server's clock. */
async function everything(page: Page, ids: string[], place = 'work'): Promise<Record<string, string>> {
  return page.evaluate(
    async ({ ids, place }) => {
      const { paths } = (await (await fetch('/openapi.json')).json()) as { paths: Record<string, { get?: object }> }
      const found: Record<string, string> = {}
      for (const [path, has] of Object.entries(paths)) {
        if (!has.get || !path.startsWith(`/api/${place}/`) || path.endsWith('/live')) continue
        for (const id of path.includes('{') ? ids : ['']) {
          const answer = await fetch(path.replace(/\{[^}]+\}/, id))
          const bytes = (await answer.text()).replaceAll(/"(serverTime|requestId)":"[^"]*"/g, '')
          found[path.replace(/\{[^}]+\}/, id)] = `${answer.status} ${answer.headers.get('ETag')} ${answer.headers.get('Last-Modified')} ${bytes}`
        }
      }
      return found
    },
    { ids, place }
  )
}

/** An hour or two after a quarter's figures are due: it closes two weeks after its end. */
function closing(quarter: string): number {
  const [year = 0, q = 0] = quarter.split('-Q').map(Number)
  return Date.UTC(year, q * 3, 1) + (14 * 24 + 2) * 3_600_000
}

function after(quarter: string): string {
  const [year = 0, q = 0] = quarter.split('-Q').map(Number)
  return q === 4 ? `${year + 1}-Q1` : `${year}-Q${q + 1}`
}

/** One line of the table on the page; without figures it is hidden. */
interface Figures {
  rate?: number
  low?: number
  high?: number
  n?: number
}

/** Waits until as many periods are out, and shows them: the job is not done because the clock has struck. */
async function published(page: Page, releases: number): Promise<void> {
  const out = (): Promise<{ releases: unknown[] }> => call(page, 'GET', '/api/insight/overview')
  await expect.poll(async () => (await out()).releases.length, { timeout: 30_000 }).toBe(releases)
  await show(page, '/insight/')
}

async function figures(page: Page): Promise<Figures[]> {
  await expect(page.getByRole('heading', { level: 1, name: 'Felt listened to' })).toBeVisible()
  const rows = await page.getByRole('table').locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText)))
  return rows.map(([share = '', n]) => {
    if (share === hidden) return {}
    const [rate, low, high] = [...share.matchAll(/\d+/g)].map(Number)
    return { rate, low, high, n: Number(n) }
  })
}

/** What leaves as CSV and as a workbook is what the page says: numbers as numbers, and words where something is hidden. */
async function inFiles(page: Page, rows: Figures[]): Promise<void> {
  const taken = async (name: string): Promise<Download> => {
    await page.getByRole('button', { name: 'Download' }).click()
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name }).click()
    const file = await waiting
    await page.keyboard.press('Escape')
    return file
  }
  const share = (value?: number): number | string => (value === undefined ? hidden : value / 100)
  const table = csv(readFileSync(await (await taken('Table for any program (CSV)')).path(), 'utf8'))
  expect(table.map(({ measure_id, young_people, percent, percent_low, percent_high, release }) => [measure_id, young_people, percent, percent_low, percent_high, release])).toEqual(
    rows.map(({ n = hidden, rate = hidden, low = hidden, high = hidden }, i) => ['felt_listened', n, rate, low, high, i + 1])
  )
  const workbook = sheet(readFileSync(await (await taken('Workbook (Excel)')).path()))
  expect(workbook.map((row) => [row['Measure id'], row['Young people'], row.Percent, row.Low, row.High, row.Release])).toEqual(
    rows.map(({ n = hidden, rate, low, high }, i) => ['felt_listened', n, share(rate), share(low), share(high), i + 1])
  )
}

/** The page prints without what is only for a screen, and there is a report that is made for paper. */
async function printed(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Download' })).toBeHidden()
  await expect(page.getByRole('table')).toBeVisible()
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-')
  await page.emulateMedia({ media: null })
  const [shown] = await figures(page)
  const errors = complaints(page)
  await page.goto('/api/insight/report.html?measure=felt_listened')
  await expect(page.getByRole('heading', { level: 1, name: 'Figures of Riverside' })).toBeVisible()
  const cells = page.getByRole('table').locator('tbody td')
  await expect(cells.nth(0)).toHaveText(String(shown?.n))
  await expect(cells.nth(1)).toHaveText(`${shown?.rate} %`)
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-')
  // Its policy runs no script at all; what Playwright itself would run there is refused, and said so, each time.
  expect(errors.filter((error) => !error.startsWith('Blocked script execution'))).toEqual([])
}

async function noTrace(world: World, manager: Page, heard: Heard, before: Record<string, string>, ids: string[], words: string): Promise<void> {
  const { keyworker, youngPerson } = world
  const worker = keyworker.page
  await signIn(worker, '/work')
  const work = await everything(worker, ids)
  expect(work['/api/work/contacts'], 'the contacts, and their order').toBe(before['/api/work/contacts'])
  expect(work['/api/work/told']).toContain('"told":[]')
  for (const path of ['/work', '/work/contacts', '/work/contacts?tab=told', '/work/people', `/work/people/${youngPerson.id}`, '/work/settings', '/work/rota']) {
    await show(worker, path)
    expect(await worker.content(), path).not.toContain(words)
  }
  await signIn(worker, '/insight/')
  await expect(worker.getByRole('heading', { level: 1, name: 'Felt listened to' })).toBeVisible()
  const read = [await worker.content(), ...Object.values(await everything(worker, ids, 'insight')), ...Object.values(await everything(manager, ids, 'insight'))].join('\n')
  expect(read).toContain('Small services together')
  for (const trace of [words, youngPerson.id, youngPerson.name, ...ids.slice(1, 2)]) expect(read).not.toContain(trace)
  expect(Object.values(work).join('\n')).not.toContain(words)
  for (const trace of [words, ...ids.slice(0, 2)]) expect(heard.log()).not.toContain(trace)
}
