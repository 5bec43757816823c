// A voice note: spoken without signal, sealed on the phone, sent once, and heard by those two alone who may.
import type { Page } from '@playwright/test'
import { call, expect, join, test } from '../fixtures'
import { kept, stocked } from '../support/stock'

test.use({
  launchOptions: {
    executablePath: process.env.HEARD_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  }
})

/** How long the sound is that the page plays, once it plays. */
const playing = (page: Page): Promise<number> =>
  page.locator('audio').evaluate((audio: HTMLAudioElement) => new Promise<number>((done, fail) => {
    const ready = (): void => done(audio.buffered.length ? audio.buffered.end(audio.buffered.length - 1) : 0)
    audio.onerror = () => fail(new Error('it does not play'))
    if (audio.readyState >= 3) ready()
    else audio.oncanplay = ready
  }))

test('a voice note made without signal is heard by the young person and by the one they told', async ({ heard, world, phone }) => {
  await join(phone, world)
  await stocked(phone)
  await phone.goto('/listened/rate')
  await phone.getByRole('button', { name: `This week with ${world.keyworker.name}` }).click()
  await phone.context().setOffline(true)
  await phone.getByRole('radio', { name: 'Partly' }).first().click()

  await test.step('it says who will hear it before anything is sent', async () => {
    await phone.getByRole('button', { name: 'Say it instead' }).click()
    await expect(phone.getByText('Nobody hears this unless you choose someone. If you need help now, send a card.')).toBeVisible()
    await phone.getByRole('button', { name: 'Start recording' }).click()
    await expect(phone.getByRole('timer')).toHaveText(/1 minute and 5\d seconds left/)
    await phone.waitForTimeout(1200)
    await phone.getByRole('button', { name: 'Stop', exact: true }).click()
    await phone.getByRole('button', { name: /^Play what you said/ }).click()
    expect(await playing(phone)).toBeGreaterThan(0.5)
    await expect(phone.getByText('What you said is for you only.')).toBeVisible()
    await phone.getByRole('switch', { name: `Tell ${world.keyworker.name}` }).click()
    await expect(phone.getByText(`${world.keyworker.name} will see your answer and hear you`)).toBeVisible()
  })
  await phone.getByRole('button', { name: 'Done', exact: true }).click()
  await expect(phone.getByRole('heading', { name: 'On this phone. Not sent yet.' })).toBeVisible()
  const [waiting] = await kept<{ sealed: { sealed: string } }[]>(phone, 'outbox')
  expect(waiting?.sealed.sealed.length, 'its size says nothing about how long it is').toBe(Math.ceil(((64 * 1024 + 16) * 4) / 3))

  await phone.context().setOffline(false)
  await expect.poll(async () => (await kept<unknown[]>(phone, 'outbox')).length, { timeout: 40_000 }).toBe(0)
  await phone.goto('/listened')
  await phone.getByRole('button', { name: /^Play what you said/ }).click()
  expect(await playing(phone)).toBeGreaterThan(0.5)

  await test.step('the one they told hears it too, and they see that', async () => {
    const work = world.keyworker.page
    await work.goto('/work/contacts?tab=told')
    await work.getByRole('button', { name: new RegExp(`^Play what ${world.youngPerson.name} said`) }).click()
    expect(await playing(work)).toBeGreaterThan(0.5)
    const { rows } = await call<{ rows: { what: string }[] }>(phone, 'GET', '/api/young/looked')
    expect(rows.map((one) => one.what)).toContain('told')
  })
  expect(heard.log()).not.toContain('audio/')
})
