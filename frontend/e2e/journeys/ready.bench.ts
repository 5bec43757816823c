// How soon a card can be tapped on a cheap phone: 4x CPU slowdown and slow 4G, on a first visit and
// from the service worker. And how soon a saved next place is there without signal. Prints figures,
// asserts nothing about them.
import type { CDPSession, Page } from '@playwright/test'
import { call, join, test } from '../fixtures'
import { grainy, putUp, type Shot } from '../support/photos'
import { makeMove, type OfPlace, placeWith, publish, write } from '../support/places'
import { show } from '../support/screens'

const rounds = 5
// Lighthouse's slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
const slow4G = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 }

test('tap ready', async ({ world, phone }) => {
  await join(phone, world)
  const devtools = await phone.context().newCDPSession(phone)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', slow4G)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const warm: number[] = []
  for (let round = 0; round < rounds; round++) warm.push(await ready(phone))
  const cold: number[] = []
  for (let round = 0; round < rounds; round++) {
    await forget(phone, devtools)
    cold.push(await ready(phone))
  }
  process.stdout.write(`bench: tap_ready_ms ${middle(cold)} ms\n`)
  process.stdout.write(`bench: tap_ready_from_worker_ms ${middle(warm)} ms\n`)
})

test('a saved next place of twenty photos', async ({ browser, admin, world, phone }) => {
  const place = await placeWith(browser, admin, world.lead, 'Rosehill', ['Kay', 'Ben'])
  const [kay] = place.staff as [OfPlace]
  const more: Shot[] = []
  for (let i = 0; i < 17; i++) more.push(await putUp(kay.page, 'photo', { kind: 'place', id: place.id }, await grainy(kay.page, 1440, 1080, i)))
  await publish(place, (await write(place, 'a camera', { welcome: 'Hello.', bedroom: 'A room.' }, more)).revision)
  const move = await makeMove(world, place, 'More room.')
  await call(world.keyworker.page, 'POST', `/api/work/moves/${move}/tell`, { base: 1 })
  await join(phone, world)
  await call(phone, 'POST', '/api/young/next-place/choice', { move, choice: 'opened' })
  await show(phone, '/next')
  await phone.getByRole('button', { name: /^Save it here/ }).click()
  await phone.getByText(/^On this phone: /).waitFor({ timeout: 60_000 })
  const devtools = await phone.context().newCDPSession(phone)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await phone.context().setOffline(true)
  const [open, photo]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    open.push(await ready(phone, '/next', 'main a[href^="/next/pack/"]'))
    photo.push(await ready(phone, '/next/pack/home', 'main img'))
  }
  process.stdout.write(`bench: pack_open_offline_ms ${middle(open)} ms\n`)
  process.stdout.write(`bench: pack_photo_offline_ms ${middle(photo)} ms\n`)
})

/** Milliseconds from the start of the navigation until a thing is there: a card that answers to a tap, a photo that is painted. */
async function ready(phone: Page, path = '/', what = 'button.card'): Promise<number> {
  await phone.goto('about:blank')
  await phone.goto(path, { waitUntil: 'commit' })
  return phone.evaluate(
    (what) =>
      new Promise<number>((done) => {
        const look = (): void => {
          const one = document.querySelector(what)
          if (one?.checkVisibility() && (!(one instanceof HTMLImageElement) || (one.complete && one.naturalWidth > 0))) done(Math.round(performance.now()))
          else requestAnimationFrame(look)
        }
        look()
      }),
    what
  )
}

/** As on a first visit: no worker, no cache; the session stays, because a first visit without one is the door. */
async function forget(phone: Page, devtools: CDPSession): Promise<void> {
  await phone.goto('/neutral.html')
  await phone.evaluate(async () => {
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
    for (const name of await caches.keys()) await caches.delete(name)
  })
  await devtools.send('Network.clearBrowserCache')
}

function middle(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
