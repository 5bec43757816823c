// axe finds nothing on the pages of published figures: the service manager's on a phone, and, at a desk, the
// commissioner's, who has several services to compare. Apart from the other screens, because these want the demo.
import { enterDemo, expect, test } from '../fixtures'
import { complaints, faults, looks, setLook, show, sideways } from '../support/screens'

test.use({ demo: true })
test.describe.configure({ timeout: 240_000 })

const readers = [
  { door: 'mina', width: 360, paths: ['/insight/', '/insight/answered', '/insight/releases', '/insight/settings'] },
  { door: 'carol', width: 1280, paths: ['/insight/?view=compare'] }
]

test('the pages of published figures', async ({ browser }) => {
  const found: string[] = []
  for (const { door, width, paths } of readers) {
    const page = await (await browser.newContext({ viewport: { width, height: 2400 } })).newPage()
    const errors = complaints(page)
    await enterDemo(page, door)
    for (const look of looks) {
      await setLook(page, look)
      for (const path of paths) {
        await show(page, path)
        await expect(page.getByText(/^(Loading|يُحمَّل)$/)).toHaveCount(0)
        const where = `${path} ${width} ${look.theme} ${look.language}`
        for (const fault of await faults(page, { enhanced: false })) found.push(`${where}: ${fault}`)
        if ((await sideways(page)) > 0) found.push(`${where}: sticks out sideways`)
      }
    }
    expect(errors).toEqual([])
    await page.context().close()
  }
  expect(found).toEqual([])
})
