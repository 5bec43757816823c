// axe finds nothing on any page, light and dark, English and Arabic; nothing sticks out sideways,
// nothing breaks the page's own policy.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { call, expect, join, tap, test, type World } from '../fixtures'
import { onNow, teamOf } from '../support/duty'
import { toldOf } from '../support/places'
import { complaints, faults, type Look, looks, setLook, show, sideways, still } from '../support/screens'
import { stocked } from '../support/stock'

test.describe.configure({ timeout: 240_000 })

test('the young person’s screens', async ({ heard, world, phone }) => {
  const found: string[] = []
  const errors = complaints(phone)
  await wholePage(phone)
  await phone.goto(heard.url)
  for (const look of looks) {
    await setLook(phone, look)
    for (const path of ['/join', '/help']) await check(phone, path, look, found)
  }
  await setLook(phone, { theme: 'light', language: 'en' })
  await join(phone, world)
  const card = await tap(phone, world, { card: 'scared', words: 'It is loud here' })
  await tap(phone, world, { card: 'not_safe', kind: 'not_safe' })
  for (const look of looks) {
    await setLook(phone, look)
    const paths = ['/', '/tap/scared', '/tap/something_else', '/not-safe', `/card/${card}`, '/cards', '/people', '/welcome', '/show/scared', '/help']
    for (const path of paths) await check(phone, path, look, found)
  }
  expect(found).toEqual([])
  expect(errors).toEqual([])
})

test('the young person’s questions and settings', async ({ world, phone }) => {
  const found: string[] = []
  const errors = complaints(phone)
  await wholePage(phone)
  await join(phone, world)
  await call(world.lead.page, 'PUT', `/api/work/services/${world.service.id}/session-feedback`, { on: true })
  const session = { id: randomUUID(), youngPersonId: world.youngPerson.id, kind: 'session', at: new Date().toISOString(), outcome: 'happened' }
  const contact = await call<{ id: string }>(world.keyworker.page, 'POST', '/api/work/contacts', session)
  for (const look of looks) {
    await setLook(phone, look)
    const paths = ['/listened', '/listened/rate', `/listened/rate?with=${world.keyworker.id}`, '/listened/met', '/listened/said', '/me', '/me/lock', '/me/devices', '/me/looked', '/me/about']
    for (const path of paths) await check(phone, path, look, found)
    await check(phone, `/listened/rate?with=${world.keyworker.id}`, look, found, async () => {
      await phone.locator('.sheet .add').last().click()
      await phone.locator('.sheet .voice').waitFor()
    })
    const questions = `/listened/feedback?contact=${contact.id}`
    await check(phone, questions, look, found, () => phone.locator('.sheet .told').waitFor())
    await check(phone, questions, look, found, async () => {
      await phone.locator('.sheet .btns').getByRole('button').last().click()
      await phone.getByRole('radio').first().waitFor()
    })
  }
  expect(found).toEqual([])
  expect(errors).toEqual([])
})

test('the staff’s screens', async ({ world, phone }) => {
  await join(phone, world)
  const card = await tap(phone, world, { card: 'scared', words: 'It is loud here' })
  const { page } = world.keyworker
  await tell(phone, world.keyworker)
  await wholePage(page)
  const found: string[] = []
  const errors = complaints(page)
  await show(page, '/work/contacts?tab=told')
  await expect(page.getByText('You were late')).toBeVisible()
  for (const look of looks) {
    await setLook(page, look)
    for (const path of ['/work', `/work/cards/${card}`, '/work/people', `/work/people/${world.youngPerson.id}`, '/work/contacts', '/work/contacts?tab=told', '/work/settings', '/work/rota', '/work/open/none-of-yours', '/work/test/none-of-yours', '/work/elsewhere'])
      await check(page, path, look, found)
  }
  await setLook(page, { theme: 'light', language: 'en' })
  await show(page, '/work/settings')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  for (const look of looks) {
    await setLook(page, look)
    for (const path of ['/work', '/work/invite#not-a-token']) await check(page, path, look, found)
  }
  expect(found).toEqual([])
  expect(errors).toEqual([])
})

test('the way behind broken glass', async ({ world, phone }) => {
  await join(phone, world)
  const card = await tap(phone, world, { card: 'scared', words: 'It is loud here' })
  const { page } = world.lead
  const found: string[] = []
  const errors = complaints(page)
  const path = `/work/people/${world.youngPerson.id}`
  for (const look of looks) {
    await setLook(page, look)
    for (const empty of [path, '/work/people/nobody', '/work/answered']) await check(page, empty, look, found)
  }
  await setLook(page, { theme: 'light', language: 'en' })
  await show(page, '/work/people')
  await page.getByRole('button', { name: 'Break the glass' }).click()
  await page.getByLabel('Young person').selectOption(world.youngPerson.name)
  await page.getByLabel('Why you need to look').fill('Missing since six o’clock')
  await page.getByRole('button', { name: 'Open for 60 minutes' }).click()
  await page.getByRole('link', { name: `See ${world.youngPerson.name}’s cards` }).click()
  await page.getByText('Open to read until').waitFor()
  await page.locator(`a[href="/work/cards/${card}"]`).click()
  await page.getByText('It is loud here').first().waitFor()
  await page.getByText('You can read this card, not answer it.').waitFor()
  for (const look of looks) {
    await setLook(page, look)
    await check(page, path, look, found)
  }
  expect(found).toEqual([])
  expect(errors).toEqual([])
})

test('the rota, and who is on duty', async ({ world }) => {
  const { keyworker, lead } = world
  const found: string[] = []
  const errors = [complaints(lead.page), complaints(keyworker.page)]
  await wholePage(lead.page)
  await wholePage(keyworker.page)
  for (const look of looks) {
    await setLook(lead.page, look)
    await check(lead.page, '/work/rota', look, found)
  }
  const team = await teamOf(lead.page)
  await onNow(lead.page, team, keyworker.id, 'cover')
  // A night on which the clocks go forward, every week, with one day that is another person's.
  const night = { teamId: team.id, personId: lead.id, role: 'team', date: '2027-03-27', from: '21:30', to: '07:30', endsNextDay: true, repeat: 'weekly', allowGaps: true }
  const { id } = await call<{ id: string }>(lead.page, 'POST', '/api/work/rota/shifts', night)
  await call(lead.page, 'PUT', `/api/work/rota/shifts/${id}/exceptions/2027-04-03`, { kind: 'changed', from: '22:00', to: '07:30', endsNextDay: true, personId: keyworker.id, allowGaps: true })
  for (const look of looks) {
    await setLook(lead.page, look)
    await setLook(keyworker.page, look)
    for (const path of ['/work/rota', '/work/rota?from=2027-03-22', '/work/']) {
      await check(lead.page, path, look, found)
      await check(keyworker.page, path, look, found)
    }
    await lead.page.setViewportSize({ width: 360, height: 2400 })
    await check(lead.page, '/work/rota?from=2027-03-29', look, found)
    await lead.page.setViewportSize({ width: 1280, height: 2400 })
  }
  await setLook(lead.page, { theme: 'light', language: 'en' })
  await show(lead.page, '/work/rota?from=2027-03-22')
  await expect(lead.page.getByText('Clocks go forward').filter({ visible: true })).toBeVisible()
  const open = async (name: RegExp | string): Promise<void> => {
    await lead.page.getByRole('button', { name }).filter({ visible: true }).first().click()
    await lead.page.getByRole('dialog').filter({ visible: true }).waitFor()
    await expect(lead.page.locator('[aria-busy="true"]')).toHaveCount(0)
    for (const fault of await faults(lead.page, { enhanced: false })) found.push(`dialog ${name}: ${fault}`)
    await lead.page.keyboard.press('Escape')
  }
  for (const name of ['Add a shift', new RegExp(`^${lead.name}, Team, Saturday 27 March`), /^How long each level has/]) await open(name)
  expect(found).toEqual([])
  expect(errors.flat()).toEqual([])
})

test('the next place, on the phone and at work', async ({ browser, admin, world, phone }) => {
  await join(phone, world)
  const { place, move } = await toldOf(browser, admin, world, { welcome: 'Hello. We are glad you are coming.', bedroom: 'The door locks from the inside.' })
  const [kay] = place.staff
  if (!kay) throw new Error('nobody works there')
  const { page } = world.keyworker
  const found: string[] = []
  const errors = [complaints(phone), complaints(page), complaints(kay.page)]
  for (const one of [phone, page, kay.page]) await wholePage(one)
  for (const look of looks) {
    await setLook(phone, look)
    await check(phone, '/next', look, found)
  }
  await call(phone, 'POST', '/api/young/next-place/choice', { move, choice: 'opened' })
  await call(page, 'PUT', `/api/work/moves/${move}/journey`, { base: 0, how: 'car', minutes: 90, with: [world.keyworker.id], escortId: world.keyworker.id, mayStop: true, stops: [{ name: 'Farthing Corner', minutes: 40, toilet: true }] })
  for (const look of looks) {
    for (const one of [phone, page, kay.page]) await setLook(one, look)
    // make test looks at the fullest pages, make proof at all.
    const slow = process.env.HEARD_SUITE === 'slow'
    const plain = slow ? ['/why', '/visit', '/about', '/pack/walk', '/pack/help', '/changed', '/after'] : []
    for (const part of ['', '/ask', '/buddy', '/journey', '/booklet', '/pack/room', '/pack/people', ...plain]) await check(phone, `/next${part}`, look, found)
    for (const path of ['/work/places', `/work/moves/${move}`, ...(slow ? [`/work/moves/${move}/booklet`] : [])]) await check(page, path, look, found)
    const steps = ['bedroom', 'people', 'check', ...(slow ? ['walk', 'agreements', 'guide'] : [])].map((part) => `/work/places/${place.id}?part=${part}`)
    for (const path of ['/work/places?tab=pages', `/work/moves/${move}`, ...steps]) await check(kay.page, path, look, found)
    if (!slow) continue
    await kay.page.setViewportSize({ width: 360, height: 2400 })
    for (const path of [`/work/moves/${move}`, ...steps.slice(0, 3)]) await check(kay.page, path, look, found)
    await kay.page.setViewportSize({ width: 1280, height: 2400 })
  }
  // They are not going there after all, and are told why.
  const why = 'There is a place nearer to your school.'
  await call(page, 'POST', `/api/work/moves/${move}/end`, { reason: 'A nearer place was found', forThem: why })
  for (const look of looks) {
    await setLook(phone, look)
    await check(phone, '/next', look, found, () => phone.getByText(why).waitFor())
  }
  expect(found).toEqual([])
  expect(errors.flat()).toEqual([])
})

test('the administrator’s screens', async ({ heard, admin, world }) => {
  expect(world.youngPerson.id).toBeTruthy()
  await wholePage(admin)
  const found: string[] = []
  const errors = complaints(admin)
  for (const look of looks) {
    await setLook(admin, look)
    for (const path of ['', '/services', '/rota', '/staff', '/young-people', '/relations', '/settings', '/elsewhere'])
      await check(admin, `${heard.url}/admin${path}`, look, found)
  }
  await setLook(admin, { theme: 'light', language: 'en' })
  expect(found).toEqual([])
  expect(errors).toEqual([])
})

/** Answers about the week, and lets the worker see it. */
async function tell(phone: Page, worker: World['keyworker']): Promise<void> {
  await stocked(phone)
  await phone.goto(`/listened/rate?with=${worker.id}`)
  await phone.getByRole('radio', { name: 'Not much' }).first().click()
  await phone.getByRole('button', { name: 'Add words' }).click()
  await phone.getByLabel('In your own words').fill('You were late')
  await phone.getByRole('switch', { name: `Tell ${worker.name}` }).click()
  await phone.getByRole('button', { name: 'Done', exact: true }).click()
  await phone.getByRole('heading', { name: 'Heard has your answer.' }).waitFor()
}

/** A phone so tall that nothing lies below the fold, where the navigation would cover it. */
async function wholePage(page: Page): Promise<void> {
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 1280, height: 2400 })
}

/** Looks at one screen, or at what it opens, and notes what is wrong with it, so that one run tells all. */
async function check(page: Page, path: string, look: Look, found: string[], open?: () => Promise<void>): Promise<void> {
  const where = `${path.replace(/[0-9a-f-]{36}/, ':id')} ${look.theme} ${look.language}`
  try {
    await show(page, path)
    await open?.()
    await still(page)
  } catch (error) {
    found.push(`${where}: never stood still: ${String(error).split('\n')[0]}`)
    return
  }
  const direction = await page.evaluate(() => document.documentElement.dir || 'ltr')
  if (direction !== (look.language === 'ar' ? 'rtl' : 'ltr')) found.push(`${where}: reads ${direction}`)
  const young = !/^(\/work|.*\/admin)/.test(path)
  for (const fault of await faults(page, { enhanced: young })) found.push(`${where}: ${fault}`)
  if ((await sideways(page)) > 0) found.push(`${where}: sticks out sideways`)
}
