// A pack written in the editor by one person, and checked and published there by another.
import { expect, type Page } from '@playwright/test'
import { call } from '../fixtures'
import { photo, type Shot } from './photos'
import type { OfPlace, Place, Words } from './places'
import { show } from './screens'

/** Goes to a part of the editor by its own list. */
async function part(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Part' }).getByRole('link', { name: new RegExp(`^${name}`) }).click()
  await expect(page.getByRole('heading', { level: 2, name })).toBeVisible()
}

/** Picks a photo as from the phone's gallery, and says what can be seen on it. */
async function add(page: Page, number: number, bytes: Buffer, alt: string, round = false): Promise<void> {
  await page.locator('input[type="file"][accept*="image"]').first().setInputFiles({ name: `IMG_${number}.jpg`, mimeType: 'image/jpeg', buffer: bytes })
  if (round) await page.getByRole('button', { name: 'Yes, all the way round' }).click()
  const described = page.getByLabel(`What can be seen on photo ${number}`)
  await expect(described).toBeVisible({ timeout: 20_000 })
  await described.fill(alt)
}

const words = (page: Page, text: string): Promise<void> => page.getByLabel('In your words').fill(text)

interface Written {
  revision: number
  shots: Shot[]
}

/** The pack as somebody types it: four photos, one of them all around the bedroom. It is saved by itself. */
export async function writeByHand(place: Place, camera: string, said: Words): Promise<Written> {
  const [kay] = place.staff as [OfPlace]
  const { page } = kay
  const [door, bed, around] = [await photo(page, 640, 480, camera, 120), await photo(page, 640, 480, camera, 30), await photo(page, 1200, 600, camera, 260)]
  await show(page, '/work/places?tab=pages')
  await page.getByRole('link', { name: new RegExp(`^${place.name}`) }).click()
  await page.getByLabel('What the place is called').fill(place.name)
  await page.getByLabel('Town').fill('Chatham')
  await page.getByLabel('How many young people live here').fill('4')
  await page.getByRole('button', { name: 'Next part' }).click()
  await words(page, said.welcome)
  await add(page, 1, door, 'A green front door')
  await part(page, 'The bedroom')
  await words(page, said.bedroom)
  await add(page, 1, bed, 'A bed under a window')
  await add(page, 2, around, 'The whole room, all around', true)
  await part(page, 'From the door to the bedroom')
  await add(page, 1, door, 'The front door')
  await add(page, 2, bed, 'Your room')
  await part(page, 'Who lives and works here')
  await page.getByRole('button', { name: 'Add somebody' }).click()
  await page.getByLabel('First name').fill('Kay')
  await page.getByLabel('What they are here').fill('works here in the day')
  await part(page, 'A normal day')
  await words(page, 'Breakfast from 7. School. Tea at 5.')
  await part(page, 'House agreements')
  await words(page, 'We made these together.')
  await page.getByRole('button', { name: 'Add an agreement' }).click()
  await page.getByLabel('Agreement 1', { exact: true }).fill('Knock before you come in')
  await page.getByLabel('Why', { exact: true }).fill('It is your room')
  await part(page, 'How to reach you')
  await words(page, 'Ring 01632 960 010, day and night.')
  await part(page, 'Children’s guide')
  await words(page, 'What we do, and what you can do when we get it wrong.')
  await part(page, 'Check and publish')
  await expect(page.getByText('Nothing is missing.')).toBeVisible()
  await expect(page.getByText(/^Saved .*\(Kay\)$/)).toBeVisible()
  return written(page, place)
}

async function written(page: Page, place: Place): Promise<Written> {
  const { revision, pack } = await call<{ revision: number; pack: { parts: { photos: Shot[] }[] } }>(page, 'GET', `/api/work/places/${place.id}/pack`)
  return { revision, shots: pack.parts.flatMap((one) => one.photos) }
}

/** One says that it can be checked and is shown no button to publish; another ticks four boxes, and only then may. */
export async function publishByHand(place: Place): Promise<void> {
  const [kay, ben] = place.staff as [OfPlace, OfPlace]
  const press = (page: Page) => page.getByRole('button', { name: 'Publish', exact: true })
  await show(kay.page, `/work/places/${place.id}?part=check`)
  await kay.page.getByRole('button', { name: 'It can be checked' }).click()
  await expect(kay.page.getByText(/Somebody else has to publish it/)).toBeVisible()
  await expect(press(kay.page)).toHaveCount(0)
  await show(ben.page, `/work/places/${place.id}?part=check`)
  await expect(ben.page.getByText(/^Kay said at .* that it can be checked/)).toBeVisible()
  const boxes = ben.page.getByRole('checkbox')
  await expect(boxes).toHaveCount(4)
  for (const box of await boxes.all()) {
    await expect(press(ben.page)).toBeDisabled()
    await box.check()
  }
  await press(ben.page).click()
  await expect(ben.page.getByText(/^Version 1 is published, since /)).toBeVisible()
}
