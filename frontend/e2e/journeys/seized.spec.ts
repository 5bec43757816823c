// The phone is taken away. Whatever was typed on it, nothing of it is in the browser's folder on the disk after
// locking, signing out without signal, quick exit, or leaving a shared tablet.
import type { Page } from '@playwright/test'
import { expect, join, test, type World } from '../fixtures'
import { Handset } from '../support/chromium'
import { toldOf } from '../support/places'
import { madeUp, seize } from '../support/seize'
import { kept, stocked } from '../support/stock'
import { heardHasIt } from '../support/words'

const pin = '482915'

async function enter(phone: Page, digits: string): Promise<void> {
  for (const digit of digits) await phone.getByRole('button', { name: digit, exact: true }).click()
}

async function write(phone: Page, card: string, words: string[]): Promise<void> {
  await phone.goto('/')
  await phone.getByRole('button', { name: card, exact: true }).click()
  await phone.getByRole('button', { name: 'Add words' }).click()
  await phone.getByLabel('In your own words').fill(words.join(' '))
}

/** Everything a young person can type here: sent, kept, waiting without signal, and never finished. 13 words. */
async function useIt(phone: Page, words: string[]): Promise<void> {
  await write(phone, 'Sad', words.slice(0, 4))
  await phone.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(phone.getByRole('heading', { name: heardHasIt })).toBeVisible()
  await write(phone, 'Calm', words.slice(4, 7))
  const taken = phone.waitForResponse((answer) => answer.request().method() === 'POST' && /\/api\/(young\/cards|sealed)$/.test(answer.url()))
  await phone.getByRole('button', { name: 'Keep', exact: true }).click()
  expect((await taken).ok()).toBe(true)
  // What is shown again is read again, and might be kept.
  await phone.goto('/cards')
  await phone.getByRole('link', { name: /Sad/ }).first().click()
  await expect(phone.getByText(words[3] as string).first()).toBeVisible()
  await stocked(phone)
  await phone.context().setOffline(true)
  await write(phone, 'Tired', words.slice(7, 10))
  await phone.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(phone.getByText('Saved on this phone. Not sent yet.').first()).toBeVisible()
  await write(phone, 'Angry', words.slice(10, 13))
}

/** The stores of one person are gone; what is left belongs to the device. */
async function purged(phone: Page): Promise<void> {
  await expect.poll(() => phone.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))).toEqual(['heard-young'])
}

async function setLock(phone: Page): Promise<void> {
  await phone.goto('/me/lock')
  await phone.getByRole('button', { name: /6-digit PIN/ }).click()
  await enter(phone, pin)
  await enter(phone, pin)
  await phone.getByText('Your lock is set').waitFor()
}

interface Way {
  name: string
  begin(phone: Page, world: World): Promise<void>
  end(phone: Page): Promise<void>
}

const ways: Way[] = [
  {
    name: 'locking',
    begin: async (phone, world) => {
      await join(phone, world)
      await setLock(phone)
    },
    end: async (phone) => {
      await phone.goto('/me')
      await phone.getByRole('button', { name: 'Lock now' }).click()
    }
  },
  {
    name: 'signing out without signal',
    begin: join,
    end: async (phone) => {
      await phone.goto('/me')
      await phone.getByRole('button', { name: 'Sign out' }).click()
      await phone.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    }
  },
  {
    name: 'quick exit in the middle of a word',
    begin: join,
    end: async (phone) => {
      for (let i = 0; i < 3; i++) await phone.keyboard.press('Shift')
      await phone.waitForURL(/neutral/)
    }
  },
  {
    name: 'leaving a shared tablet',
    begin: async (phone, world) => {
      const { words } = await world.joinCode()
      await phone.goto('/join')
      await phone.getByLabel('The six words').fill(words)
      await phone.getByRole('switch', { name: /This is a shared tablet/ }).click()
      await phone.getByRole('button', { name: 'Open Heard' }).click()
      await phone.getByRole('heading', { name: /^Hello/ }).waitFor()
      await phone.getByRole('button', { name: 'OK' }).click()
      await setLock(phone)
    },
    end: async (phone) => {
      await phone.goto('/')
      await phone.getByRole('button', { name: 'I’m done' }).click()
    }
  }
]

for (const way of ways) {
  test(`nothing typed is on the disk after ${way.name}`, async ({ heard, world }) => {
    test.setTimeout(120_000)
    const words = madeUp(13)
    const handset = await Handset.open(Handset.newFolder(), heard.url)
    try {
      await way.begin(handset.page, world)
      await useIt(handset.page, words)
      await way.end(handset.page)
      await purged(handset.page)
      expect(await kept<unknown[]>(handset.page, 'outbox'), 'what waits still waits, sealed').toHaveLength(1)
      await handset.close()
      const searched = seize(handset.folder, words)
      expect(searched.found).toEqual([])
      expect(searched.files).toBeGreaterThan(20)
    } finally {
      await handset.context.close()
      handset.remove()
    }
  })
}

test('a next place that was saved is unreadable on the disk, outlives a quick exit, and is gone after signing out', async ({ browser, heard, admin, world }) => {
  test.setTimeout(120_000)
  const words = madeUp(2) as [string, string]
  const { place } = await toldOf(browser, admin, world, { welcome: words[0], bedroom: words[1] })
  const folder = Handset.newFolder()
  let handset = await Handset.open(folder, heard.url)
  const stores = (): Promise<(string | undefined)[]> => handset.page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))
  try {
    await join(handset.page, world)
    await handset.page.goto('/next')
    await handset.page.getByRole('button', { name: 'Open when I’m ready' }).click()
    await expect(handset.page.getByRole('heading', { name: place.name })).toBeVisible()
    await handset.page.getByRole('button', { name: /^Save it here/ }).click()
    await expect(handset.page.getByText(/^On this phone: /)).toBeVisible()
    for (let i = 0; i < 3; i++) await handset.page.keyboard.press('Shift')
    await handset.page.waitForURL(/neutral/)
    expect(await stores()).toContain('heard-saved')
    await handset.close()
    expect(seize(folder, words).found, 'while it is kept').toEqual([])

    handset = await Handset.open(folder, heard.url)
    await handset.page.goto('/me')
    await handset.page.getByRole('button', { name: 'Sign out' }).click()
    await handset.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    await expect.poll(stores).not.toContain('heard-saved')
    await handset.close()
    expect(seize(folder, words).found, 'after signing out').toEqual([])
  } finally {
    await handset.context.close()
    handset.remove()
  }
})

test('the search finds what is stored in clear, wherever a browser may put it', async ({ heard }) => {
  const [local, session, database, large, cached] = madeUp(5) as [string, string, string, string, string]
  const handset = await Handset.open(Handset.newFolder(), heard.url)
  try {
    await handset.page.goto('/neutral.html')
    await handset.page.evaluate(
      async ([local, session, database, large, cached]) => {
        localStorage.setItem('a', local as string)
        sessionStorage.setItem('a', session as string)
        await new Promise<void>((done, fail) => {
          const request = indexedDB.open('clear')
          request.onupgradeneeded = () => request.result.createObjectStore('kept')
          request.onerror = () => fail(request.error)
          request.onsuccess = () => {
            const tx = request.result.transaction('kept', 'readwrite', { durability: 'strict' })
            tx.objectStore('kept').put({ words: database }, 'a')
            // Enough to be packed into a table: the same text over and over is what Snappy makes small.
            for (let i = 0; i < 3000; i++) tx.objectStore('kept').put({ words: `${large} ${'and so on and on '.repeat(120)}` }, `b${i}`)
            tx.oncomplete = () => done()
            tx.onabort = () => fail(tx.error)
          }
        })
        await (await caches.open('clear')).put('/clear', new Response(cached as string))
      },
      [local, session, database, large, cached]
    )
    await handset.close()
    const { found } = seize(handset.folder, [local, session, database, large, cached])
    expect([...new Set(found.map((one) => one.word))].sort()).toEqual([local, session, database, large, cached].sort())
    expect(found.filter((one) => one.word === large).map((one) => one.how), 'in a packed table too').toContain('table')
  } finally {
    await handset.context.close()
    handset.remove()
  }
})
