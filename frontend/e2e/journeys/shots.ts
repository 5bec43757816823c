// The README's pictures, taken of the demo as anybody sees it after `make run`.
import { mkdirSync } from 'node:fs'
import { enterDemo, tap, test } from '../fixtures'
import { setLook, show } from '../support/screens'

const folder = process.env.HEARD_SHOTS ?? '../docs/pictures'

test('phone and inbox', async ({ browser }) => {
  mkdirSync(folder, { recursive: true })
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 })).newPage()
  const desk = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 })).newPage()

  await enterDemo(phone, 'tia')
  await tap(phone, undefined, { card: 'worried', intensity: 'little' })
  await enterDemo(phone, 'leo')
  const card = await tap(phone, undefined, { card: 'sad', intensity: 'quite', need: 'sit_with_me' })
  await enterDemo(desk, 'sam')
  await setLook(desk, { theme: 'light', language: 'en' })
  await show(desk, `/work/cards/${card}`)
  await desk.screenshot({ path: `${folder}/inbox.png` })

  // The phone is shown with what it is for: an answer.
  await desk.getByRole('button', { name: 'I’ve seen this' }).last().click()
  await desk.getByRole('button', { name: /^I’ll sit with you, no talking/ }).click()
  await desk.getByRole('button', { name: 'Send to Leo' }).click()
  await setLook(phone, { theme: 'light', language: 'en' })
  await show(phone, '/')
  await phone.getByText(/Sam will sit with you at/).waitFor()
  await phone.screenshot({ path: `${folder}/phone.png` })
})
