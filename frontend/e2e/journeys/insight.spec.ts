// Published figures as the demo's service manager reads them, takes them away as a file, and prints them.
import { enterDemo, expect, test } from '../fixtures'
import { setLook, show } from '../support/screens'

test.use({ demo: true })
test.describe.configure({ timeout: 240_000 })

test('a service manager reads a chart, its table, and takes both away', async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  await enterDemo(page, 'mina')
  await setLook(page, { theme: 'light', language: 'en' })
  await show(page, '/insight/')
  await expect(page.getByRole('heading', { level: 1, name: 'Felt listened to' })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Felt listened to, .* The same figures stand in the table below\.$/ })).toBeVisible()
  await expect(page.getByText(/^The true figure is likely between \d+\s%\sand \d+\s%\.$/)).toBeVisible()
  await page.getByRole('button', { name: 'Download' }).click()
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Table for any program (CSV)' }).click()
  expect((await waiting).suggestedFilename()).toMatch(/\.csv$/)
  await page.keyboard.press('Escape')
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Download' })).toBeHidden()
  await expect(page.getByRole('table')).toBeVisible()
})
