// What a young person must be able to rely on besides the main journey.
import type { Page } from '@playwright/test'
import { expect, join, tap, test } from '../fixtures'
import { stocked } from '../support/stock'
import { heardHasIt } from '../support/words'

const says = (phone: Page, words: RegExp) => expect(phone.getByRole('heading', { name: words })).toBeVisible({ timeout: 20_000 })

async function enter(phone: Page, pin: string): Promise<void> {
  for (const digit of pin) await phone.getByRole('button', { name: digit, exact: true }).click()
}

test('"I don’t feel safe" asks once, sends at once and shows the numbers, without signal too', async ({ world, phone }) => {
  await join(phone, world)
  await phone.context().setOffline(true)
  await phone.getByRole('link', { name: 'I don’t feel safe' }).click()
  // One tap has sent nothing yet, and the numbers are there already.
  await expect(phone.getByRole('link', { name: /999/ }).first()).toHaveAttribute('href', 'tel:999')
  await phone.getByRole('button', { name: 'Send now' }).click()
  await says(phone, /Saved on this phone\. Not sent yet\./)
  await expect(phone.getByRole('link', { name: /999/ }).first()).toBeVisible()
  await phone.context().setOffline(false)
  await says(phone, heardHasIt)
  // The safeguarding lead is told though nobody chose them.
  await world.lead.page.goto('/work')
  await expect(world.lead.page.getByText(`${world.youngPerson.name} doesn’t feel safe`).first()).toBeVisible()
})

test('help and show-mode open without signal', async ({ world, phone }) => {
  await join(phone, world)
  await phone.context().setOffline(true)
  await phone.goto('/help')
  await expect(phone.getByText('0800 1111')).toBeVisible()
  await phone.goto('/show/scared')
  await expect(phone.getByText('Scared').first()).toBeVisible()
})

test('the lock closes reading and leaves sending open', async ({ world, phone }) => {
  await join(phone, world)
  const words = 'only for Sam to read'
  await tap(phone, world, { card: 'sad', words })
  await phone.goto('/me/lock')
  await phone.getByRole('button', { name: /6-digit PIN/ }).click()
  await enter(phone, '482915')
  await enter(phone, '482915')
  await phone.getByText('Your lock is set').waitFor()
  await phone.getByRole('button', { name: 'Lock now' }).click()
  await phone.goto('/cards')
  await phone.getByRole('heading', { name: 'Heard is locked' }).waitFor()
  await expect(phone.getByText(words)).toHaveCount(0)
  const refused = await phone.evaluate(async () => {
    const answer = await fetch('/api/young/cards')
    return { status: answer.status, text: await answer.text() }
  })
  expect(refused.status).toBe(403)
  expect(refused.text).not.toContain(words)

  await test.step('a card can be sent all the same', async () => {
    await phone.goto('/')
    await phone.getByRole('button', { name: 'Tired' }).click()
    await phone.getByRole('button', { name: 'Send', exact: true }).click()
    await says(phone, heardHasIt)
  })

  await test.step('a wrong PIN is counted, the right one opens', async () => {
    await phone.goto('/cards')
    await enter(phone, '111222')
    await expect(phone.getByText(/That’s not it\. \d+ tries? left\./)).toBeVisible()
    await enter(phone, '482915')
    await expect(phone.getByRole('heading', { name: 'My cards' })).toBeVisible()
  })
})

test('a card that the server refuses stays on the phone, with the reason and a way on', async ({ world, phone }) => {
  await join(phone, world)
  await stocked(phone)
  const refusal = { type: 'about:blank', title: 'Unprocessable Entity', status: 422, code: 'invalid', detail: 'No.' }
  await phone.route('**/api/sealed', (route) => route.fulfill({ status: 422, contentType: 'application/problem+json', json: refusal }))
  await phone.getByRole('button', { name: 'Bored' }).click()
  await phone.getByRole('button', { name: 'Send', exact: true }).click()
  await says(phone, /Heard couldn’t take this card\. No one has seen it\./)
  await phone.goto('/')
  await expect(phone.getByText('1 card couldn’t be sent.')).toBeVisible()
  await phone.unroute('**/api/sealed')
  await phone.getByText('1 card couldn’t be sent.').click()
  // The page is a new one, and the phone can't read what it keeps.
  await phone.getByText(/^A card from about/).first().click()
  await phone.getByRole('button', { name: 'Send again' }).click()
  await says(phone, heardHasIt)
})

test('an answer that got lost on the way doubles nothing, in two tabs either', async ({ world, phone }) => {
  await join(phone, world)
  await stocked(phone)
  const second = await phone.context().newPage()
  await second.goto('/')
  let lost = 0
  await phone.context().route('**/api/sealed', async (route) => {
    if (lost > 1) return route.fallback()
    lost++
    await route.fetch()
    await route.abort('connectionreset')
  })
  await phone.getByRole('button', { name: 'Hurt' }).click()
  await phone.getByRole('button', { name: 'Send', exact: true }).click()
  await says(phone, heardHasIt)
  expect(lost).toBeGreaterThan(0)
  const page = world.keyworker.page
  await page.goto('/work')
  await expect(page.getByRole('link', { name: new RegExp(`${world.youngPerson.name} feels hurt`) })).toHaveCount(1)
  await second.close()
})

test('a used code opens nothing', async ({ heard, world, phone, browser }) => {
  const { url, words } = await world.joinCode()
  await phone.goto(url)
  await phone.getByRole('heading', { name: /^Hello/ }).waitFor()
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${heard.url}/join`)
  await stranger.getByLabel('The six words').fill(words)
  await stranger.getByRole('button', { name: 'Open Heard' }).click()
  await expect(stranger.getByRole('alert').first()).toBeVisible()
  await expect(stranger.getByText(world.youngPerson.name)).toHaveCount(0)
  await stranger.context().close()
})
