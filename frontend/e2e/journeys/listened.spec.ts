// "Did you feel listened to?": asked once, answered without signal, counted, and shown to nobody who was not chosen.
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { call, expect, join, test, type World } from '../fixtures'
import { Handset } from '../support/chromium'
import { csv } from '../support/csv'
import { madeUp, seize } from '../support/seize'
import { kept, stocked } from '../support/stock'

interface Mine {
  ask?: { id: string }
  contacts: { id: string }[]
  mine: { listened: number | string; words?: string; told?: { name: string } }[]
}

const own = (phone: Page): Promise<Mine> => call<Mine>(phone, 'GET', '/api/young/listened')
const told = async (world: World): Promise<unknown[]> => (await call<{ told: unknown[] }>(world.keyworker.page, 'GET', '/api/work/told')).told
const asks = (world: World): string => `How was it with ${world.keyworker.name} today?`

/** The worker's two taps, as their page sends them. */
async function record(world: World, kind = 'meeting'): Promise<string> {
  const id = await world.keyworker.page.evaluate(() => {
    const hex = Date.now().toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7${crypto.randomUUID().slice(15)}`
  })
  const contact = { id, youngPersonId: world.youngPerson.id, kind, at: new Date().toISOString(), outcome: 'happened' }
  return (await call<{ id: string }>(world.keyworker.page, 'POST', '/api/work/contacts', contact)).id
}

async function choose(phone: Page, face: string): Promise<void> {
  await phone.getByRole('radio', { name: face }).first().click()
}

test('a question is answered without signal, sealed, and arrives once', async ({ heard, world, phone }) => {
  await join(phone, world)
  await stocked(phone)
  await record(world)
  await phone.goto('/')
  await expect(phone.getByText(asks(world))).toBeVisible()

  await phone.context().setOffline(true)
  await test.step('it is there without signal, after a reload too', async () => {
    await phone.goto('/')
    await phone.getByText(asks(world)).click()
    await expect(phone.getByRole('heading', { name: 'Did you feel listened to?' })).toBeVisible()
  })
  const [words] = madeUp(1) as [string]
  await test.step('it says who will see what before anything is sent', async () => {
    await expect(phone.getByText(`Counted, not shown to ${world.keyworker.name}`)).toBeVisible()
    await choose(phone, 'Not much')
    await phone.getByRole('button', { name: 'Add words' }).click()
    await phone.getByLabel('In your own words').fill(words)
    await expect(phone.getByText('Your words are for you only.')).toBeVisible()
    await phone.getByRole('button', { name: 'Done', exact: true }).click()
    await expect(phone.getByRole('heading', { name: 'On this phone. Not sent yet.' })).toBeVisible()
  })

  await test.step('it waits sealed, is called an answer, and is not asked again', async () => {
    const items = await kept<unknown[]>(phone, 'outbox')
    expect(items).toMatchObject([{ what: 'answer' }])
    expect(JSON.stringify(items)).not.toContain(words)
    await phone.goto('/')
    await expect(phone.getByText('1 answer is on this phone. Not sent yet.')).toBeVisible()
    await expect(phone.getByText(asks(world))).toHaveCount(0)
    await expect(phone.getByText(/card is on this phone/)).toHaveCount(0)
  })

  await test.step('it goes when there is signal, once', async () => {
    await phone.context().setOffline(false)
    await expect.poll(async () => (await kept<unknown[]>(phone, 'outbox')).length, { timeout: 40_000 }).toBe(0)
    const mine = await own(phone)
    expect(mine.mine).toMatchObject([{ listened: 2, words }])
    expect(mine.ask).toBeUndefined()
    await phone.goto('/listened')
    await expect(phone.getByText(words)).toBeVisible()
  })

  await test.step('the worker finds no trace of it', async () => {
    expect(await told(world)).toEqual([])
    await world.keyworker.page.goto('/work')
    await expect(world.keyworker.page.getByText(words)).toHaveCount(0)
    expect(heard.log()).not.toContain(words)
  })
})

test('the worker is told only what somebody chose to tell, and a skip says nothing', async ({ world, phone }) => {
  await join(phone, world)
  await stocked(phone)
  await record(world)
  await phone.goto('/')
  await phone.getByRole('button', { name: 'Skip', exact: true }).click()
  await expect(phone.getByText(asks(world))).toHaveCount(0)
  await expect.poll(async () => (await own(phone)).ask).toBeUndefined()
  expect((await own(phone)).mine).toEqual([])

  await phone.goto('/listened')
  await phone.getByRole('link', { name: 'Say how it was' }).click()
  await phone.getByRole('button', { name: `This week with ${world.keyworker.name}` }).click()
  await choose(phone, 'Yes, completely')
  await phone.getByRole('switch', { name: `Tell ${world.keyworker.name}` }).click()
  await expect(phone.getByText(`${world.keyworker.name} will see your answer`)).toBeVisible()
  await phone.getByRole('button', { name: 'Done', exact: true }).click()
  await expect(phone.getByRole('heading', { name: 'Heard has your answer.' })).toBeVisible()
  await expect(phone.getByText(`You told ${world.keyworker.name}`)).toBeVisible()
  expect(await told(world)).toMatchObject([{ listened: 5 }])

  await test.step('a service asks its own questions, says first that they have a name on them, and takes them into its file', async () => {
    const { service, lead } = world
    await lead.page.goto('/work/settings')
    const asking = lead.page.getByRole('switch', { name: `Ask at ${service.name}` })
    await expect(asking).not.toBeChecked()
    await asking.click()
    await expect(lead.page.getByText('Young people are asked, if they like')).toBeVisible()
    await expect(asking).toHaveAttribute('aria-disabled', 'false')
    await lead.page.reload()
    await expect(asking).toBeChecked()
    const contact = await record(world, 'session')
    await phone.goto(`/listened/rate?contact=${contact}`)
    await choose(phone, 'Mostly')
    await phone.getByRole('button', { name: 'Done', exact: true }).click()
    await phone.getByRole('link', { name: `4 questions from ${service.name}` }).click()
    await expect(phone.getByText('This one has your name on it.')).toBeVisible()
    await expect(phone.getByRole('radio')).toHaveCount(0)
    await phone.getByRole('button', { name: 'Yes, ask me' }).click()
    for (const question of await phone.getByRole('group').all()) await question.getByRole('radio', { name: /^4/ }).click()
    await phone.getByRole('button', { name: 'Done', exact: true }).click()
    await expect(phone.getByText(`${service.name} puts it into your file. You can change it until then.`)).toBeVisible()
    await lead.page.getByRole('button', { name: `Get the answers, ${service.name}` }).click()
    const saved = lead.page.waitForEvent('download')
    await lead.page.getByRole('button', { name: 'Save as CSV' }).click()
    expect(csv(readFileSync(await (await saved).path(), 'utf8'))).toMatchObject(['1047381000000103', '1047391000000101', '1047401000000103', '1047411000000101'].map((code) => ({ person_reference: world.youngPerson.id, code, score: 4 })))
    await phone.goto('/me/looked')
    await expect(phone.getByText(`${lead.name} took the answers with your name on them out of Heard`)).toBeVisible()
  })
})

test('a meeting that did not take place is recorded for another day, and nobody is asked about it', async ({ world, phone }) => {
  const { keyworker, youngPerson } = world
  await join(phone, world)
  const { page } = keyworker
  await page.goto('/work/contacts')
  await page.getByRole('main').getByRole('button', { name: youngPerson.name }).click()
  await page.getByRole('button', { name: 'Another time, or it didn’t happen' }).click()
  await page.getByRole('button', { name: 'Visit', exact: true }).click()
  await page.getByRole('button', { name: 'Yesterday', exact: true }).click()
  await page.getByLabel('Did it happen?').selectOption('Missed')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByText('Enter the time.')).toBeVisible()
  await page.getByLabel('Time', { exact: true }).fill('15:20')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByText(`Recorded: Visit with ${youngPerson.name}, yesterday, 15:20`)).toBeVisible()
  await page.goto('/work')
  const recorded = async (): Promise<object> => call(page, 'GET', '/api/work/contacts')
  await expect.poll(recorded).toMatchObject({ contacts: [{ kind: 'visit', outcome: 'missed' }] })
  await page.goto('/work/contacts')
  await expect(page.getByText('yesterday, 15:20 · Missed')).toBeVisible()
  await phone.goto('/')
  await phone.getByRole('heading', { name: 'How are you feeling?' }).waitFor()
  expect((await own(phone)).ask).toBeUndefined()
})

test('"I saw my worker today" makes a contact of theirs, which the worker does not see', async ({ world, phone }) => {
  await join(phone, world)
  await stocked(phone)
  await phone.goto('/listened')
  await phone.getByRole('link', { name: 'I saw my worker today' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: world.keyworker.name }).click()
  await phone.getByRole('button', { name: 'Call', exact: true }).click()
  await phone.getByRole('button', { name: 'Done', exact: true }).click()
  await expect(phone.getByRole('heading', { name: 'Heard has it.' })).toBeVisible()
  await expect(phone.getByText(asks(world))).toBeVisible()
  expect((await own(phone)).contacts).toMatchObject([{ kind: 'call', mine: true }])
  expect((await call<{ contacts: unknown[] }>(world.keyworker.page, 'GET', '/api/work/contacts')).contacts).toEqual([])
})

test('a shared tablet keeps nothing of it', async ({ heard, world }) => {
  test.setTimeout(120_000)
  const words = madeUp(2) as [string, string]
  const handset = await Handset.open(Handset.newFolder(), heard.url)
  try {
    const phone = handset.page
    const { words: code } = await world.joinCode()
    await phone.goto('/join')
    await phone.getByLabel('The six words').fill(code)
    await phone.getByRole('switch', { name: /This is a shared tablet/ }).click()
    await phone.getByRole('button', { name: 'Open Heard' }).click()
    await phone.getByRole('heading', { name: /^Hello/ }).waitFor()
    await phone.getByRole('button', { name: 'OK' }).click()
    await test.step('without a lock of their own nobody is asked by name', async () => {
      await stocked(phone)
      await record(world)
      await phone.goto('/')
      await phone.getByRole('heading', { name: 'How are you feeling?' }).waitFor()
      await expect(phone.getByText(asks(world))).toHaveCount(0)
    })
    await phone.goto('/me/lock')
    await phone.getByRole('button', { name: /6-digit PIN/ }).click()
    for (const digit of '482915482915') await phone.getByRole('button', { name: digit, exact: true }).click()
    await phone.getByText('Your lock is set').waitFor()
    await phone.goto('/')
    await phone.getByText(asks(world)).waitFor()
    await phone.context().setOffline(true)
    await phone.getByText(asks(world)).click()
    await choose(phone, 'Partly')
    await phone.getByRole('button', { name: 'Add words' }).click()
    await phone.getByLabel('In your own words').fill(words[0])
    await phone.getByRole('button', { name: 'Done', exact: true }).click()
    await expect(phone.getByRole('heading', { name: 'On this phone. Not sent yet.' })).toBeVisible()
    // Another one is begun and never finished.
    await phone.getByRole('link', { name: 'Say how it was' }).click()
    await phone.getByRole('button', { name: `This week with ${world.keyworker.name}` }).click()
    await phone.getByRole('button', { name: 'Add words' }).click()
    await phone.getByLabel('In your own words').fill(words[1])
    await phone.getByRole('button', { name: 'Close' }).click()
    await phone.getByRole('button', { name: 'I’m done' }).click()
    await expect.poll(() => phone.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))).toEqual(['heard-young'])
    await expect(phone.getByText('1 answer waits on this tablet.')).toBeVisible()
    await expect(phone.getByText(world.keyworker.name)).toHaveCount(0)
    await handset.close()
    expect(seize(handset.folder, words).found).toEqual([])
  } finally {
    await handset.context.close()
    handset.remove()
  }
})
