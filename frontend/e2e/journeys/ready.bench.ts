// How soon a card can be tapped on a cheap phone: 4x CPU slowdown and slow 4G, on a first visit and
// from the service worker. Prints figures, asserts nothing about them.
import type { CDPSession, Page } from '@playwright/test'
import { join, test } from '../fixtures'

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

/** Milliseconds from the start of the navigation until a card answers to a tap. */
async function ready(phone: Page): Promise<number> {
  await phone.goto('about:blank')
  await phone.goto('/', { waitUntil: 'commit' })
  return phone.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = (): void => {
          const card = document.querySelector('button.card')
          if (card?.checkVisibility()) done(Math.round(performance.now()))
          else requestAnimationFrame(look)
        }
        look()
      })
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
