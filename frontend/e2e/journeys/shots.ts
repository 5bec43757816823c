// The README's pictures, taken of the demo as anybody sees it after `make run`. With HEARD_SHOTS_ALL, every screen of
// "Did you feel listened to?" and of its figures in every look as well, for somebody to look at.
import { mkdirSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { call, enterDemo, tap, test } from '../fixtures'
import { type Look, setLook, show } from '../support/screens'
import { until } from '../support/until'

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

test('question and figures', async ({ browser }) => {
  mkdirSync(folder, { recursive: true })
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 })).newPage()
  const desk = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 })).newPage()
  await enterDemo(phone, 'leo')
  await setLook(phone, { theme: 'light', language: 'en' })
  await show(phone, await asked(phone))
  await phone.screenshot({ path: `${folder}/listened.png` })
  await enterDemo(desk, 'mina')
  await setLook(desk, { theme: 'light', language: 'en' })
  await show(desk, '/insight/')
  await desk.screenshot({ path: `${folder}/insight.png` })
})

test('next place, its pages and the board', async ({ browser }) => {
  mkdirSync(folder, { recursive: true })
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 })).newPage()
  const desk = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 })).newPage()
  await enterDemo(desk, 'marta')
  await setLook(desk, { theme: 'light', language: 'en' })
  const move = await until('the demo’s move', async () => (await call<{ moves: { id: string; youngPerson: { name: string } }[] }>(desk, 'GET', '/api/work/moves')).moves.find((one) => one.youngPerson.name === 'Leo')?.id)
  await show(desk, '/work/places')
  await desk.screenshot({ path: `${folder}/moves.png`, clip: { x: 0, y: 0, width: 1280, height: 560 } })

  await enterDemo(phone, 'leo')
  await setLook(phone, { theme: 'light', language: 'en' })
  await call(phone, 'POST', '/api/young/next-place/choice', { move, choice: 'opened' })
  await show(phone, '/next')
  await painted(phone)
  await phone.screenshot({ path: `${folder}/next-place.png` })
  await show(phone, '/next/pack/room')
  await painted(phone)
  await phone.screenshot({ path: `${folder}/my-room.png` })

  await enterDemo(desk, 'kay')
  const { places } = await call<{ places: { service: { id: string } }[] }>(desk, 'GET', '/api/work/places')
  await show(desk, `/work/places/${places[0]?.service.id}?part=bedroom`)
  await painted(desk)
  await desk.screenshot({ path: `${folder}/pages.png` })
})

/** Every photo on the screen is there, and not only its colour. */
async function painted(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight && one.checkVisibility()).every((one) => one.complete && one.naturalWidth > 0))
}

/** Where the open question of whoever is signed in is answered. */
async function asked(phone: Page): Promise<string> {
  const { ask } = await call<{ ask?: { contact: { id: string } } }>(phone, 'GET', '/api/young/listened')
  return ask ? `/listened/rate?contact=${ask.contact.id}` : '/listened/rate'
}

if (process.env.HEARD_SHOTS_ALL) {
  const insight = ['/insight/', '/insight/?view=compare', '/insight/answered', '/insight/continuity', '/insight/releases', '/insight/settings']
  const screens: Record<string, (page: Page) => Promise<string[]> | string[]> = {
    leo: async (page) => ['/', '/listened', await asked(page), '/listened/rate', '/listened/met', '/listened/said', '/me/looked'],
    sam: () => ['/work', '/work/contacts', '/work/contacts?tab=told', '/work/places'],
    ruth: () => ['/work/answered', '/work/settings'],
    mina: () => insight,
    carol: () => insight
  }
  for (const [door, paths] of Object.entries(screens)) {
    test(`every screen of ${door} in every look`, async ({ browser }) => {
      mkdirSync(folder, { recursive: true })
      for (const [width, height] of [[360, 740], [1280, 800]] as const) {
        const page = await (await browser.newContext({ viewport: { width, height } })).newPage()
        await enterDemo(page, door)
        for (const look of (['light', 'dark'] as const).flatMap((theme) => (['en', 'ar'] as const).map((language): Look => ({ theme, language })))) {
          await setLook(page, look)
          for (const path of await paths(page)) {
            await show(page, path)
            const name = path.replace(/[0-9a-f-]{36}/, 'id').replaceAll(/[^a-z]+/g, '-')
            await page.screenshot({ path: `${folder}/${door}${name}-${width}-${look.theme}-${look.language}.png` })
          }
        }
        await page.context().close()
      }
    })
  }
}
