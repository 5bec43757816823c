// What a journey starts with: a running Heard with an administrator, and the people a story needs.
import { test as base, type BrowserContext, type Page } from '@playwright/test'
import { givePasskeys } from './support/passkey'
import { PushOfChromium } from './support/push'
import { type Database, Heard } from './support/server'

export { expect } from '@playwright/test'

type Json = Record<string, unknown>

/** Calls the API from inside a signed-in page, with its cookie and CSRF token, as the app itself does. */
export async function call<T = Json>(page: Page, method: string, path: string, body?: Json): Promise<T> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const place = path.split('/')[2]
      const session = await (await fetch(`/api/${place}/session`)).json()
      const answer = await fetch(path, {
        method,
        headers: { 'Content-Type': 'application/json', 'X-Heard-CSRF': session.csrf ?? '' },
        body: body ? JSON.stringify(body) : undefined
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return text ? JSON.parse(text) : {}
    },
    { method, path, body }
  ) as Promise<T>
}

/** One home with a lead, a keyworker and a young person who has not joined yet. */
export interface World {
  youngPerson: { id: string; name: string }
  keyworker: { id: string; name: string; page: Page; push: PushOfChromium }
  lead: { id: string; name: string; page: Page }
  /** Six words that open a device for the young person, once. */
  joinCode(): Promise<{ words: string; url: string }>
}

interface Fixtures {
  world: World
  /** A fresh phone: its own context, 360 by 740. */
  phone: Page
}

interface WorkerFixtures {
  database: Database
  heard: Heard
  admin: Page
}

let worlds = 0

export const test = base.extend<Fixtures, WorkerFixtures>({
  database: ['sqlite', { option: true, scope: 'worker' }],

  heard: [
    async ({ database }, use) => {
      const heard = await Heard.start({ database })
      await use(heard)
      await heard.stop()
    },
    { scope: 'worker', timeout: 60_000 }
  ],

  admin: [
    async ({ browser, heard }, use) => {
      const context = await browser.newContext()
      const page = await context.newPage()
      await givePasskeys(page)
      const link = /https?:\/\/\S+/.exec(heard.command('admin', 'invite'))?.[0]
      if (!link) throw new Error('heard admin invite printed no link')
      await acceptInvitation(page, link)
      await use(page)
      await context.close()
    },
    { scope: 'worker', timeout: 60_000 }
  ],

  world: async ({ browser, heard, admin }, use) => {
    const contexts: BrowserContext[] = []
    const open = async (): Promise<Page> => {
      const context = await browser.newContext()
      contexts.push(context)
      return context.newPage()
    }
    await use(await makeWorld(heard, admin, open))
    for (const context of contexts) await context.close()
  },

  phone: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
    await use(await context.newPage())
    await context.close()
  }
})

/** Opens an invitation link and makes the passkey, by the screens a worker sees. */
export async function acceptInvitation(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Make my passkey' }).click()
  await page.getByRole('navigation').first().waitFor()
}

async function makeWorld(heard: Heard, admin: Page, open: () => Promise<Page>): Promise<World> {
  const mark = `${++worlds}`
  const post = <T = { id: string }>(path: string, body: Json): Promise<T> => call<T>(admin, 'POST', `/api/admin${path}`, body)
  const names = { youngPerson: `Leo${mark}`, keyworker: `Sam${mark}`, lead: `Jo${mark}` }
  const service = await post('/services', { name: `Elm House ${mark}`, kind: 'childrens_home' })
  const team = await post('/teams', { serviceId: service.id, name: `Days ${mark}` })
  const staff = async (name: string) => {
    const made = await post<{ id: string; invitation: { url: string } }>('/staff', { name, kind: 'staff' })
    const page = await open()
    await givePasskeys(page)
    return { id: made.id, name, page, link: made.invitation.url }
  }
  const relate = (subjectId: string, kind: string, objectId: string): Promise<{ id: string }> =>
    post('/relations', { subjectId, kind, objectId, reason: 'Set up for a journey' })

  const lead = await staff(names.lead)
  await relate(lead.id, 'lead_of', service.id)
  await relate(lead.id, 'lead_of', team.id)
  await acceptInvitation(lead.page, lead.link)
  const youngPerson = await post('/young-people', { name: names.youngPerson, serviceId: service.id })
  await confirmAll(lead.page)
  const keyworker = await staff(names.keyworker)
  await relate(keyworker.id, 'keyworker_of', youngPerson.id)
  await relate(lead.id, 'safeguarding_of', service.id)
  await confirmAll(lead.page)
  const push = await PushOfChromium.prepare(keyworker.page, heard.url, '/work/', heard.push)
  await acceptInvitation(keyworker.page, keyworker.link)

  return {
    youngPerson: { id: youngPerson.id, name: names.youngPerson },
    keyworker: { id: keyworker.id, name: names.keyworker, page: keyworker.page, push },
    lead: { id: lead.id, name: names.lead, page: lead.page },
    joinCode: () => call(admin, 'POST', `/api/admin/young-people/${youngPerson.id}/join-code`)
  }
}

/** The lead confirms what the administrator proposed. */
async function confirmAll(page: Page): Promise<void> {
  const { relations } = await call<{ relations: { id: string }[] }>(page, 'GET', '/api/work/relations/proposed')
  for (const relation of relations) await call(page, 'POST', `/api/work/relations/${relation.id}/confirm`, {})
}
