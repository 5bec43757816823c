// The phone dies between "Saved on this phone" and sending, again and again. Every card arrives, and each once.
import type { Page } from '@playwright/test'
import { call, expect, join, test } from '../fixtures'
import { Handset } from '../support/chromium'
import { stocked } from '../support/stock'
import { until } from '../support/until'

const kills = 20

// Recording twenty browsers' lives would take longer than they do.
test.use({ trace: 'off' })

interface Item {
  id: string
  youngPerson: { id: string }
}

interface Card {
  id: string
  words?: string
}

test(`${kills} cards survive ${kills} deaths of the phone`, async ({ heard, world }) => {
  test.setTimeout(300_000)
  const { keyworker, youngPerson } = world
  const arrived = async (): Promise<string[]> => {
    const { waiting, coming } = await call<{ waiting: Item[]; coming: Item[] }>(keyworker.page, 'GET', '/api/work/inbox')
    return [...waiting, ...coming].filter((one) => one.youngPerson.id === youngPerson.id).map((one) => one.id)
  }
  const folder = Handset.newFolder()
  let handset = await Handset.open(folder, heard.url)
  try {
    await join(handset.page, world)
    // Cookies are written at leisure, and the owner of a phone has had it for longer than this.
    await handset.close()

    const sent: string[] = []
    for (let i = 1; i <= kills; i++) {
      handset = await Handset.open(folder, heard.url)
      await handset.page.goto('/')
      await stocked(handset.page)
      // What the last phone's death left behind goes by itself, with nobody touching anything.
      await until(`${sent.length} cards to arrive`, async () => ((await arrived()).length >= sent.length ? true : undefined))
      const words = `card ${i} of ${kills}`
      await hold(handset.page, i)
      await tap(handset.page, words)
      sent.push(words)
      await handset.kill()
    }

    handset = await Handset.open(folder, heard.url)
    await handset.page.goto('/')
    await until('every card to arrive', async () => ((await arrived()).length >= sent.length ? true : undefined))
    await expect.poll(() => handset.page.evaluate(waiting), 'the phone lets go of what was taken').toBe(0)
    const { cards } = await call<{ cards: Card[] }>(handset.page, 'GET', '/api/young/cards')
    expect(cards.map((one) => one.words).sort()).toEqual(sent.sort())
    expect((await arrived()).length).toBe(sent.length)
  } finally {
    await handset.context.close()
    handset.remove()
  }
})

/** Two kinds of bad moment, in turn: no signal at all; or the card goes out and its answer never comes. */
async function hold(phone: Page, turn: number): Promise<void> {
  if (turn % 2 === 1) return phone.context().setOffline(true)
  await phone.context().route('**/api/sealed', async (route) => {
    await route.fetch().catch(() => undefined)
  })
}

async function tap(phone: Page, words: string): Promise<void> {
  await phone.getByRole('button', { name: 'Sad', exact: true }).click()
  await phone.getByRole('button', { name: 'Add words' }).click()
  await phone.getByLabel('In your own words').fill(words)
  await phone.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(phone.getByText('Saved on this phone. Not sent yet.').first()).toBeVisible()
}

/** How many cards wait on this phone. Runs in the page. */
function waiting(): Promise<number> {
  return new Promise((done, fail) => {
    const request = indexedDB.open('heard-young')
    request.onerror = () => fail(request.error)
    request.onsuccess = () => {
      const count = request.result.transaction('outbox').objectStore('outbox').count()
      count.onerror = () => fail(count.error)
      count.onsuccess = () => {
        request.result.close()
        done(count.result)
      }
    }
  })
}
