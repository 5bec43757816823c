// The main journey by keyboard alone, on both sides: no pointer is used after the page is opened.
import { call, expect, join, test } from '../fixtures'
import { pressByKey, tabTo } from '../support/keyboard'
import { photo } from '../support/photos'
import { makeMove, type OfPlace, placeWith, write } from '../support/places'
import { show } from '../support/screens'
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

test('write about a place, publish it, tell of it and look at it by keyboard alone', async ({ browser, admin, world, phone }) => {
  test.setTimeout(120_000)
  const { keyworker, youngPerson } = world
  const place = await placeWith(browser, admin, world.lead, 'Rosehill', ['Kay', 'Ben'])
  const [kay, ben] = place.staff as [OfPlace, OfPlace]
  await write(place, 'a camera', { welcome: 'Hello.', bedroom: 'A room.' })
  await join(phone, world)

  await test.step('write, add a photo and move it up', async () => {
    await show(kay.page, `/work/places/${place.id}?part=bedroom`)
    await tabTo(kay.page, /^In your words$/)
    await kay.page.keyboard.press('End')
    await kay.page.keyboard.type(' The door locks from the inside.')
    const chooser = kay.page.waitForEvent('filechooser')
    await pressByKey(kay.page, /^Add photos$/)
    await (await chooser).setFiles({ name: 'IMG_3.jpg', mimeType: 'image/jpeg', buffer: await photo(kay.page, 640, 480, 'a camera', 90) })
    await kay.page.getByLabel('What can be seen on photo 3').waitFor({ timeout: 20_000 })
    await tabTo(kay.page, /^What can be seen on photo 3$/)
    await kay.page.keyboard.type('A desk and a lamp')
    await pressByKey(kay.page, /^Move up: photo 3$/)
    await expect(kay.page.getByLabel('What can be seen on photo 2')).toHaveValue('A desk and a lamp')
    await expect(kay.page.getByText(/^Saved .*\(Kay\)$/)).toBeVisible()
  })

  await test.step('one says it can be checked, another ticks and publishes', async () => {
    await pressByKey(kay.page, /^Check and publish/)
    await pressByKey(kay.page, /^It can be checked$/)
    await expect(kay.page.getByText(/Somebody else has to publish it/)).toBeVisible()
    await show(ben.page, `/work/places/${place.id}?part=check`)
    for (const box of [/^No street/, /^No car/, /^Everybody on a photo/, /^Every photo/]) {
      await tabTo(ben.page, box)
      await ben.page.keyboard.press('Space')
    }
    await pressByKey(ben.page, /^Publish$/)
    await expect(ben.page.getByText(/^Version 1 is published/)).toBeVisible()
  })

  const move = await makeMove(world, place, 'More room.')
  await test.step('tell, from a dialog that keeps the focus', async () => {
    await show(keyworker.page, `/work/moves/${move}`)
    await pressByKey(keyworker.page, new RegExp(`^Tell ${youngPerson.name}$`))
    const asks = keyworker.page.getByRole('dialog')
    await expect(asks).toBeVisible()
    await keyworker.page.keyboard.press('Tab')
    expect(await asks.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true)
    await pressByKey(keyworker.page, new RegExp(`^I have told ${youngPerson.name}`))
    await expect(keyworker.page.getByText(/^Told .*/).first()).toBeVisible()
  })

  await test.step('open it, walk in, and ask', async () => {
    await show(phone, '/next')
    await pressByKey(phone, /^Open when I’m ready$/)
    await expect(phone.getByRole('heading', { name: place.name })).toBeVisible()
    await pressByKey(phone, /^Walk in/)
    await expect(phone.getByRole('img', { name: 'The front door' })).toBeVisible()
    await pressByKey(phone, /^Go on$/)
    await expect(phone.getByRole('img', { name: 'Your room' })).toBeVisible()
    await show(phone, '/next')
    await pressByKey(phone, /^Ask a question/)
    await tabTo(phone, /^Your question$/)
    await phone.keyboard.type('Is there a cat?')
    await pressByKey(phone, /^Ask$/)
    await expect(phone.getByText(/^An answer comes by /)).toBeVisible({ timeout: 20_000 })
  })

  await test.step('answer it on the move’s page', async () => {
    await show(kay.page, `/work/moves/${move}`)
    await tabTo(kay.page, /^Your answer$/)
    await kay.page.keyboard.type('Yes, Tom.')
    await pressByKey(kay.page, /^Send the answer$/)
    await expect(kay.page.getByText('Yes, Tom.')).toBeVisible()
    const { asks } = await call<{ asks: { questions: { answer?: { words: string } }[] } }>(kay.page, 'GET', `/api/work/moves/${move}`)
    expect(asks.questions[0]?.answer?.words).toBe('Yes, Tom.')
  })
})
