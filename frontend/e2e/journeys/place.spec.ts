// The way of one move: a place without a word about itself, a pack that two persons publish, a young person who is told,
// looks when they want to, keeps it on the phone and travels without signal. Another place finds none of it, and the phone
// forgets it on arrival.
import type { Page } from '@playwright/test'
import { call, expect, join, test, watchFor, type World } from '../fixtures'
import { publishByHand, writeByHand } from '../support/editor'
import { photo } from '../support/photos'
import { makeMove, type OfPlace, type Place, placeWith } from '../support/places'
import { show } from '../support/screens'
import { madeUp } from '../support/seize'
import { kept, stocked } from '../support/stock'

const status = (page: Page, path: string, method = 'GET', body?: object): Promise<number> =>
  page.evaluate(
    async ({ path, method, body }) => {
      const { csrf } = await (await fetch('/api/work/session')).json()
      const headers = { 'Content-Type': 'application/json', 'X-Heard-CSRF': csrf }
      return (await fetch(path, { method, headers, body: body && JSON.stringify(body) })).status
    },
    { path, method, body }
  )

test('an empty place, a pack of two persons, a move seen without signal, a booklet, and nothing for anybody else', async ({ browser, heard, admin, world, phone }) => {
  test.setTimeout(150_000)
  const { keyworker, lead, youngPerson } = world
  const [camera, welcome, bedroom, why, question] = madeUp(5) as [string, string, string, string, string]
  const place = await placeWith(browser, admin, lead, 'Rosehill', ['Kay', 'Ben'])
  const other = await placeWith(browser, admin, lead, 'Ashfield', ['Nils'])
  const [kay] = place.staff as [OfPlace]
  const [nils] = other.staff as [OfPlace]
  await join(phone, world)
  await stocked(phone)
  const leaks = watchFor(question, heard, [phone.context(), keyworker.page.context()])

  const shots = await test.step('the pack is typed by one and published by another; nothing of the photo file is left', async () => {
    const written = await writeByHand(place, camera, { welcome, bedroom })
    expect(await status(kay.page, `/api/work/places/${place.id}/publish`, 'POST', { revision: written.revision, checked: { street: true, plates: true, people: true, descriptions: true } })).toBe(409)
    await publishByHand(place)
    for (const { id } of written.shots.slice(0, 2)) await clean(kay.page, `/api/work/places/${place.id}/files/${id}/`, camera)
    return written.shots
  })

  const move = await test.step('their keyworker writes why, and tells them', () => tell(world, phone, place, why))

  await test.step('nothing opens by itself; they open it, keep it, and ask', async () => {
    await show(phone, '/next')
    await expect(phone.getByRole('heading', { name: 'There is something about your next place' })).toBeVisible()
    expect(await phone.content()).not.toContain(why)
    await phone.getByRole('button', { name: 'Tell me first' }).click()
    await expect(phone.getByText('This is what is in it.')).toBeVisible()
    expect(await call(keyworker.page, 'GET', `/api/work/moves/${move}`)).not.toHaveProperty('openedAt')
    await phone.getByRole('button', { name: 'Open when I’m ready' }).click()
    await expect(phone.getByRole('heading', { name: place.name })).toBeVisible()
    await expect(phone.getByText(welcome)).toBeVisible()
    expect(await call(keyworker.page, 'GET', `/api/work/moves/${move}`)).toHaveProperty('openedAt')
    await ask(phone, kay, move, question)
  })

  await test.step('the way is planned, and lies on the phone with the photos', async () => {
    const plan = { base: 0, how: 'car', minutes: 90, with: [keyworker.id], escortId: keyworker.id, mayStop: true, stops: [{ name: 'Farthing Corner', minutes: 40, toilet: true }] }
    await call(keyworker.page, 'PUT', `/api/work/moves/${move}/journey`, plan)
    await show(phone, '/next')
    await phone.getByRole('button', { name: /^Save it here/ }).click()
    await expect(phone.getByText(/^On this phone: /)).toBeVisible()
  })

  await test.step('in airplane mode all of it is there, after a reload too, and a stop waits to be sent', () => airplane(phone, keyworker.name, place.name, [welcome, bedroom]))

  await test.step('with signal it reaches whoever goes along, once', async () => {
    await phone.context().setOffline(false)
    await expect.poll(async () => (await kept<unknown[]>(phone, 'outbox')).length, { timeout: 40_000 }).toBe(0)
    const inbox = await call<{ waiting: { card: string; youngPerson: { id: string } }[] }>(keyworker.page, 'GET', '/api/work/inbox')
    expect(inbox.waiting.filter((one) => one.card === 'need_stop')).toMatchObject([{ youngPerson: { id: youngPerson.id } }])
  })

  await test.step('the booklet is A5 and has a way back', () => booklet(phone, place, welcome))

  await test.step('another place finds nothing of it', async () => {
    const [first] = shots
    const paths = [`places/${place.id}/pack`, `places/${place.id}/version`, `places/${place.id}/files/${first?.id}/360.jpg`, `moves/${move}`, `moves/${move}/booklet`, `moves/${move}/files/${first?.id}/360.jpg`]
    for (const path of paths) expect([path, await status(nils.page, `/api/work/${path}`)]).toEqual([path, 404])
    expect(await status(nils.page, '/api/work/uploads', 'POST', { kind: 'photo', owner: { kind: 'place', id: place.id }, size: 1000 })).toBe(404)
    const theirs = JSON.stringify([await call(nils.page, 'GET', '/api/work/moves'), await call(nils.page, 'GET', '/api/work/places')])
    for (const trace of [place.id, move, youngPerson.name, youngPerson.id, welcome]) expect(theirs).not.toContain(trace)
    expect(await call(kay.page, 'GET', `/api/work/moves/${move}`), 'the place itself does').toBeTruthy()
    expect(JSON.stringify(await call(kay.page, 'GET', `/api/work/moves/${move}`)), 'but not why').not.toContain(why)
  })

  await test.step('they arrive, and the phone forgets the copy', async () => {
    await call(keyworker.page, 'POST', `/api/work/moves/${move}/arrived`, {})
    await show(phone, '/next')
    await expect.poll(() => phone.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))).not.toContain('heard-saved')
    await phone.context().setOffline(true)
    await phone.goto('/next')
    await expect(phone.getByText('Your next place shows up when there is signal.')).toBeVisible()
  })
  await leaks()
  for (const trace of [camera, welcome, bedroom, why]) expect(heard.log()).not.toContain(trace)
})

/** What is served is a picture and nothing else: no camera's name, no EXIF, no place on Earth. */
async function clean(page: Page, folder: string, camera: string): Promise<void> {
  const before = (await photo(page, 640, 480, camera)).toString('latin1')
  expect([before.includes(camera), before.includes('Exif')], 'the test’s own photo holds them').toEqual([true, true])
  for (const name of ['360.webp', '720.webp', '1280.jpg']) {
    const bytes = await page.evaluate(async (path) => [...new Uint8Array(await (await fetch(path)).arrayBuffer())], folder + name)
    const text = Buffer.from(bytes).toString('latin1')
    expect([name, bytes.length > 500, text.includes(camera), text.includes('Exif')]).toEqual([name, true, false, false])
  }
}

/** The move is made by the API; telling is the press on its page, after the question that comes before it. */
async function tell(world: World, phone: Page, place: Place, why: string): Promise<string> {
  const { keyworker, youngPerson } = world
  const move = await makeMove(world, place, why)
  await phone.goto('/next')
  await expect(phone.getByText('When there is a next place for you, it shows up here.')).toBeVisible()
  await show(keyworker.page, `/work/moves/${move}`)
  await keyworker.page.getByRole('button', { name: `Tell ${youngPerson.name}` }).click()
  await keyworker.page.getByRole('dialog').getByRole('button', { name: `I have told ${youngPerson.name}: put it in their app` }).click()
  await expect(keyworker.page.getByText(/^Told .*/).first()).toBeVisible()
  return move
}

/** A question goes up sealed, says until when it is answered, and the place's answer is read on the phone. */
async function ask(phone: Page, kay: OfPlace, move: string, question: string): Promise<void> {
  await show(phone, '/next/ask')
  await expect(phone.getByText(/^They answer by /)).toBeVisible()
  await phone.getByLabel('Your question').fill(question)
  await phone.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(phone.getByText(/^An answer comes by /)).toBeVisible({ timeout: 20_000 })
  const { asks } = await call<{ asks: { questions: { id: string; words: string }[] } }>(kay.page, 'GET', `/api/work/moves/${move}`)
  expect(asks.questions).toMatchObject([{ words: question }])
  await call(kay.page, 'POST', `/api/work/moves/${move}/questions/${asks.questions[0]?.id}`, { words: 'Yes. Bring the cat.' })
  await show(phone, '/next/ask')
  await expect(phone.getByText('Yes. Bring the cat.')).toBeVisible()
}

async function airplane(phone: Page, escort: string, place: string, [welcome, bedroom]: [string, string]): Promise<void> {
  await phone.context().setOffline(true)
  await phone.goto('/next')
  await expect(phone.getByRole('heading', { name: place })).toBeVisible()
  await expect(phone.getByText(welcome)).toBeVisible()
  await phone.reload()
  await phone.getByRole('link', { name: /^Walk in/ }).click()
  await painted(phone, 'The front door')
  await phone.getByRole('button', { name: 'Go on' }).click()
  await painted(phone, 'Your room')
  await phone.goto('/next/pack/room')
  await expect(phone.getByText(bedroom)).toBeVisible()
  await painted(phone, 'The whole room, all around')
  await phone.getByRole('button', { name: 'Look right' }).click()
  await phone.goto('/next/journey')
  await expect(phone.getByText('Farthing Corner')).toBeVisible()
  await phone.getByRole('button', { name: 'I need a stop' }).click()
  await phone.getByRole('button', { name: `Send to ${escort}` }).click()
  await expect(phone.getByText('Saved on this phone. Not sent yet.').first()).toBeVisible()
}

/** A photo is on the screen, not only its frame. */
async function painted(phone: Page, alt: string): Promise<void> {
  const image = phone.getByRole('img', { name: alt }).first()
  // What can be looked round in takes the flat photo's place at some moment, maybe while it is scrolled to.
  await expect(() => image.scrollIntoViewIfNeeded({ timeout: 2000 })).toPass({ timeout: 20_000 })
  // One taken all the way round is drawn from its photo.
  await expect
    .poll(() => image.evaluate((one) => (one instanceof HTMLImageElement ? (one.complete ? one.naturalWidth : 0) : (one.querySelector('canvas')?.width ?? 0))))
    .toBeGreaterThan(100)
}

/** Printed it is A5, cover first, and ends with a picture of the way back. */
async function booklet(phone: Page, place: Place, welcome: string): Promise<void> {
  await show(phone, '/next/booklet')
  await expect(phone.getByRole('article', { name: `A booklet about ${place.name}` })).toBeVisible()
  await expect(phone.getByRole('img', { name: 'Scan to open it in Heard' })).toBeVisible()
  await expect(phone.getByText(welcome)).toBeVisible()
  const pdf = (await phone.pdf({ preferCSSPageSize: true })).toString('latin1')
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[([\d. ]+)\]/g)].map(([, box]) => (box as string).trim().split(/\s+/).map((side) => Math.round(Number(side))))
  expect(pdf.slice(0, 5)).toBe('%PDF-')
  expect(boxes.length).toBeGreaterThan(2)
  for (const [, , width = 0, height = 0] of boxes) expect([Math.abs(width - 420) < 3, Math.abs(height - 595) < 3]).toEqual([true, true])
}
