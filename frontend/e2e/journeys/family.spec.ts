// A family's question by a link: no account, once, counted apart, and nothing of it left on the device.
import { call, expect, join, test } from '../fixtures'
import { complaints, faults, sideways } from '../support/screens'

test.describe.configure({ timeout: 120_000 })

test('a family answers by the link a worker gives them', async ({ browser, heard, world, phone }) => {
  const { page } = world.keyworker
  await page.goto('/work/')
  const id = await page.evaluate(() => crypto.randomUUID())
  await call(page, 'POST', '/api/work/contacts', { id, youngPersonId: world.youngPerson.id, kind: 'visit', at: new Date().toISOString(), outcome: 'happened' })

  const link = await test.step('the worker makes it, and sees it once', async () => {
    await page.goto('/work/contacts')
    await page.getByRole('button', { name: /^Ask the family: Visit with/ }).click()
    await page.getByRole('button', { name: 'Make a link' }).click()
    const url = await page.getByLabel('The link', { exact: true }).inputValue()
    expect(await faults(page, { enhanced: false })).toEqual([])
    await page.getByRole('button', { name: 'Done', exact: true }).click()
    await expect(page.getByLabel('The link', { exact: true })).toHaveCount(0)
    return url
  })
  const token = new URL(link).hash.slice(1)
  expect(token.length).toBe(43)

  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  const relative = await context.newPage()
  const errors = complaints(relative)
  const asked: string[] = []
  context.on('request', (request) => asked.push(request.url(), request.headers().referer ?? ''))

  await test.step('it opens one question, which names nobody whose family it is', async () => {
    await relative.goto(link)
    await expect(relative.getByRole('heading', { name: 'Did you feel listened to?' })).toBeVisible()
    await expect(relative.getByText(`The visit with ${world.keyworker.name} from Elm House`)).toBeVisible()
    await expect(relative.getByText('Nobody at Elm House')).toBeVisible()
    expect(relative.url()).toBe(`${heard.url}/family/`)
    expect(await relative.content()).not.toContain(world.youngPerson.name)
    for (const colorScheme of ['light', 'dark'] as const) {
      await relative.emulateMedia({ colorScheme })
      expect(await faults(relative, { enhanced: true })).toEqual([])
      expect(await sideways(relative)).toBe(0)
    }
    await relative.getByRole('button', { name: 'العربية' }).click()
    await expect(relative.getByRole('heading', { name: 'هل شعرت بأنهم استمعوا إليك؟' })).toBeVisible()
    expect(await faults(relative, { enhanced: true })).toEqual([])
    expect(await sideways(relative)).toBe(0)
    await relative.getByRole('button', { name: 'English' }).click()
  })

  await test.step('one press answers, and the link is used', async () => {
    await relative.getByRole('button', { name: 'Mostly' }).click()
    await expect(relative.getByRole('heading', { name: 'Thank you' })).toBeVisible()
    await expect(relative.getByText('It is counted with other families’ answers.')).toBeVisible()
    await relative.goto(link)
    await expect(relative.getByRole('heading', { name: 'This link has been used or has ended' })).toBeVisible()
    expect(await faults(relative, { enhanced: true })).toEqual([])
  })

  await test.step('nothing is left on the device, in an address or in the log', async () => {
    const left = await relative.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      history: location.href + document.referrer
    }))
    expect(left).toEqual({ local: 0, session: 0, databases: 0, caches: 0, workers: 0, history: `${heard.url}/family/` })
    expect(await context.cookies()).toEqual([])
    expect(asked.filter((url) => url !== '' && !url.startsWith(heard.url))).toEqual([])
    expect(asked.filter((url) => url.includes('/api/') && url.includes(token))).toEqual([])
    expect(heard.log()).not.toContain(token)
    expect(errors).toEqual([])
  })
  await context.close()

  await test.step('the page of a phone that has Heard leaves it alone', async () => {
    await join(phone, world)
    await phone.goto(`${heard.url}/family/#${token}`)
    await expect(phone.getByRole('heading', { name: 'This link has been used or has ended' })).toBeVisible()
  })
})
