// The main journey by keyboard alone, on both sides: no pointer is used after the page is opened.
import { expect, test } from '../fixtures'
import { pressByKey, tabTo } from '../support/keyboard'
import { heardHasIt } from '../support/words'

test('join, send, answer and sort by keyboard alone', async ({ heard, world, phone }) => {
  test.setTimeout(120_000)
  const { keyworker, youngPerson } = world

  await test.step('join by typing the six words', async () => {
    const { words } = await world.joinCode()
    await phone.goto(`${heard.url}/join`)
    await phone.getByRole('heading', { name: 'Open Heard' }).waitFor()
    await tabTo(phone, /The six words/)
    await phone.keyboard.type(words)
    await phone.keyboard.press('Enter')
    await phone.getByRole('heading', { name: `Hello, ${youngPerson.name}` }).waitFor()
    await pressByKey(phone, /^OK$/)
    await pressByKey(phone, /^Not now$/)
    await phone.getByRole('heading', { name: 'How are you feeling?' }).waitFor()
  })

  await test.step('send a card', async () => {
    await pressByKey(phone, /^Angry$/)
    await phone.getByRole('button', { name: 'Send', exact: true }).waitFor()
    await tabTo(phone, /^Very|How much/)
    await phone.keyboard.press('Space')
    await pressByKey(phone, /^Send$/)
    await expect(phone.getByRole('heading', { name: heardHasIt })).toBeVisible()
  })

  await test.step('the keyworker opens it, sees it and answers', async () => {
    await keyworker.page.goto('/work')
    await keyworker.page.getByText(`${youngPerson.name} feels`).waitFor()
    await pressByKey(keyworker.page, new RegExp(`^${youngPerson.name} feels .*angry`))
    await keyworker.page.getByRole('heading', { name: `Answer ${youngPerson.name}` }).waitFor()
    await pressByKey(keyworker.page, /^I’ve seen this$/)
    await expect(phone.getByRole('heading', { name: `${keyworker.name} saw this at` })).toBeVisible()
    await pressByKey(keyworker.page, /^On my way/)
    await pressByKey(keyworker.page, new RegExp(`^Send to ${youngPerson.name}$`))
    await expect(phone.getByRole('heading', { name: `${keyworker.name} is coming by` })).toBeVisible()
  })

  await test.step('a dialog keeps the focus, and Escape leaves it', async () => {
    await pressByKey(phone, /^Take it back$/)
    const asks = phone.getByRole('dialog')
    await expect(asks).toBeVisible()
    await phone.keyboard.press('Tab')
    await phone.keyboard.press('Tab')
    expect(await asks.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true)
    await phone.keyboard.press('Escape')
    await expect(asks).toBeHidden()
  })

  await test.step('sort it', async () => {
    await pressByKey(phone, /^This is sorted$/)
    await expect(phone.getByRole('heading', { name: /You said this is sorted/ })).toBeVisible()
  })

  await test.step('record a contact in two presses, and say how it was', async () => {
    await keyworker.page.goto('/work/contacts')
    await keyworker.page.getByRole('heading', { name: 'Record a contact' }).waitFor()
    await pressByKey(keyworker.page, new RegExp(`^${youngPerson.name}`))
    await pressByKey(keyworker.page, /^Visit$/)
    await expect(keyworker.page.getByText(`Recorded: Visit with ${youngPerson.name}, just now`)).toBeVisible()
    await keyworker.page.goto('/work')
    await phone.goto('/listened')
    await pressByKey(phone, /^How was it with .* today\?$/)
    // Of a row of faces Tab reaches the first, whichever end this young person reads from.
    await tabTo(phone, /^(Yes, completely|Not at all)$/)
    await phone.keyboard.press('Space')
    await pressByKey(phone, /^Done$/)
    await expect(phone.getByRole('heading', { name: 'Heard has your answer.' })).toBeVisible()
  })

  await test.step('quick exit by Shift three times', async () => {
    for (let press = 0; press < 3; press++) await phone.keyboard.press('Shift')
    await phone.waitForURL('**/neutral.html')
  })
})
