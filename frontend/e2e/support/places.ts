// A place with those who work for it, and a pack written, checked by a second person and published.
import type { Browser, Page } from '@playwright/test'
import { call, confirmAll, enrol, type World } from '../fixtures'
import { givePasskeys } from './passkey'
import { photo, putUp, type Shot } from './photos'

export interface OfPlace {
  id: string
  name: string
  page: Page
}

export interface Place {
  id: string
  name: string
  staff: OfPlace[]
}

/** A home, and staff who may write for it. Whoever leads it confirms them. */
export async function placeWith(browser: Browser, admin: Page, lead: { id: string; page: Page }, name: string, staff: string[]): Promise<Place> {
  const post = <T = { id: string }>(path: string, body: Record<string, unknown>): Promise<T> => call<T>(admin, 'POST', `/api/admin${path}`, body)
  const { id } = await post('/services', { name, kind: 'childrens_home' })
  const relate = (subjectId: string, kind: string): Promise<unknown> => post('/relations', { subjectId, kind, objectId: id, reason: 'Set up for a journey' })
  await relate(lead.id, 'lead_of')
  const people: OfPlace[] = []
  for (const who of staff) {
    const made = await post<{ id: string; invitation: { url: string } }>('/staff', { name: who, kind: 'staff' })
    await relate(made.id, 'placement_of')
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    await givePasskeys(page)
    await enrol(page, made.invitation.url)
    people.push({ id: made.id, name: who, page })
  }
  await confirmAll(lead.page)
  return { id, name, staff: people }
}

export interface Words {
  welcome: string
  bedroom: string
}

const part = (key: string, words = '', photos: object[] = []): object => ({ key, words, photos, ...(key === 'agreements' && { rules: [{ rule: 'Knock before you come in', why: 'It is your room' }] }) })

/** The pack as the editor would send it: three photos, one of them all around the bedroom; of the rest of the home if there are more. */
export async function write(place: Place, camera: string, words: Words, more: Shot[] = []): Promise<{ revision: number; shots: Shot[] }> {
  const [kay] = place.staff as [OfPlace]
  const owner = { kind: 'place' as const, id: place.id }
  const door = await putUp(kay.page, 'photo', owner, await photo(kay.page, 640, 480, camera, 120))
  const bed = await putUp(kay.page, 'photo', owner, await photo(kay.page, 640, 480, camera, 30))
  const around = await putUp(kay.page, 'panorama', owner, await photo(kay.page, 1200, 600, camera, 260))
  const shot = ({ id, w, h, colour }: Shot, alt: string, more: object = {}): object => ({ id, alt, w, h, colour, ...more })
  const pack = {
    called: place.name,
    area: 'Chatham',
    lives: 4,
    parts: [
      part('welcome', words.welcome, [shot(door, 'A green front door')]),
      part('bedroom', words.bedroom, [shot(bed, 'A bed under a window'), shot(around, 'The whole room, all around', { pano: true })]),
      ...(more.length ? [part('home', 'Where we sit together.', more.map((one, i) => shot(one, `The rest of the home, ${i + 1}`)))] : []),
      part('day', 'Breakfast from 7. School. Tea at 5.'),
      part('agreements', 'We made these together.'),
      part('contact', 'Ring 01632 960 010, day and night.'),
      part('guide', 'What we do, and what you can do when we get it wrong.')
    ],
    walk: [shot(door, 'The front door'), shot(bed, 'Your room')],
    people: [{ name: 'Kay', role: 'works here in the day', kind: 'works' }]
  }
  const { revision } = await call<{ revision: number }>(kay.page, 'GET', `/api/work/places/${place.id}/pack`)
  const saved = await call<{ revision: number }>(kay.page, 'PUT', `/api/work/places/${place.id}/pack`, { base: revision ?? 0, pack })
  return { revision: saved.revision, shots: [door, bed, around] }
}

/** One says it is ready, another looks at the four things and publishes. */
export async function publish(place: Place, revision: number): Promise<void> {
  const [kay, ben] = place.staff as [OfPlace, OfPlace]
  await call(kay.page, 'POST', `/api/work/places/${place.id}/ready`, { revision })
  await call(ben.page, 'POST', `/api/work/places/${place.id}/publish`, { revision, checked: { street: true, plates: true, people: true, descriptions: true } })
}

/** A move to the place in six days, made by the keyworker. They see nothing of it before they are told. */
export async function makeMove({ keyworker, youngPerson, service }: World, place: Place, reason: string): Promise<string> {
  const id = await keyworker.page.evaluate(() => crypto.randomUUID())
  const day = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10)
  const body = { id, youngPersonId: youngPerson.id, fromServiceId: service.id, toServiceId: place.id, emergency: false, day, reason, decidedBy: 'Jo', wishes: 'A room with a window' }
  return (await call<{ id: string }>(keyworker.page, 'POST', '/api/work/moves', body)).id
}

/** A place with a pack, and the young person told of it. */
export async function toldOf(browser: Browser, admin: Page, world: World, words: Words): Promise<{ place: Place; move: string }> {
  const place = await placeWith(browser, admin, world.lead, `Rosehill of ${world.youngPerson.name}`, ['Kay', 'Ben'])
  await publish(place, (await write(place, 'a camera', words)).revision)
  const move = await makeMove(world, place, 'More room, and nearer to school.')
  await call(world.keyworker.page, 'POST', `/api/work/moves/${move}/tell`, { base: 1 })
  return { place, move }
}
