// What a journey starts with: a running Heard with an administrator, and the people a story needs.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test'
import { givePasskeys } from './support/passkey'
import { PushOfChromium } from './support/push'
import { type Database, Heard } from './support/server'

export { expect }

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
  service: { id: string; name: string }
  youngPerson: { id: string; name: string }
  /** `link` is their invitation; it is used up unless the journey asks for `keyworkerJoins: false`. */
  keyworker: { id: string; name: string; page: Page; push: PushOfChromium; link: string }
  lead: { id: string; name: string; page: Page }
  /** Six words that open a device for the young person, once. */
  joinCode(): Promise<{ words: string; url: string }>
}

interface Fixtures {
  keyworkerJoins: boolean
  world: World
  /** When a journey fails, the server's log is kept with it. */
  serverLog: undefined
  /** A fresh phone: its own context, 360 by 740. */
  phone: Page
}

interface WorkerFixtures {
  database: Database
  /** The made-up organisation behind its doors, instead of an empty server. */
  demo: boolean
  /** A server whose clock the journey can move. */
  clock: boolean
  heard: Heard
  admin: Page
}

let worlds = 0

export const test = base.extend<Fixtures, WorkerFixtures>({
  database: ['sqlite', { option: true, scope: 'worker' }],
  demo: [false, { option: true, scope: 'worker' }],
  clock: [false, { option: true, scope: 'worker' }],

  baseURL: async ({ heard }, use) => use(heard.url),

  heard: [
    async ({ database, demo, clock }, use) => {
      const heard = await Heard.start({ database, demo, clock })
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
      const link = /https?:\/\/\S+/.exec(heard.command('admin', 'invite', '-organisation', 'Riverside', '-name', 'Alex'))?.[0]
      if (!link) throw new Error('heard admin invite printed no link')
      await enrol(page, link)
      await use(page)
      await context.close()
    },
    { scope: 'worker', timeout: 60_000 }
  ],

  keyworkerJoins: [true, { option: true }],

  serverLog: [
    async ({ heard }, use, info) => {
      await use(undefined)
      if (info.status !== info.expectedStatus) await info.attach('server.log', { body: heard.log(), contentType: 'text/plain' })
    },
    { auto: true }
  ],

  world: async ({ browser, heard, admin, keyworkerJoins }, use) => {
    const contexts: BrowserContext[] = []
    const open = async (): Promise<Page> => {
      const context = await browser.newContext()
      contexts.push(context)
      return context.newPage()
    }
    await use(await makeWorld(heard, admin, open, keyworkerJoins))
    for (const context of contexts) await context.close()
  },

  phone: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
    await use(await context.newPage())
    await context.close()
  }
})

/** Accepts an invitation by the screen that a worker sees. */
export async function acceptInvitation(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Make my passkey' }).click()
  await page.getByRole('navigation').first().waitFor()
}

/** Accepts an invitation by the API alone, where a journey is about something else. */
export async function enrol(page: Page, link: string): Promise<void> {
  const { origin, pathname, hash } = new URL(link)
  const place = pathname.split('/')[1]
  await page.goto(`${origin}/${place}/`)
  await page.evaluate(
    async ({ place, token }) => {
      const post = async (path: string, body: object) => {
        const answer = await fetch(`/api/${place}/invite/${path}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body)
        })
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
        return answer.json()
      }
      const { options, ceremony } = await post('begin', { token })
      const maker = PublicKeyCredential as unknown as { parseCreationOptionsFromJSON(json: unknown): PublicKeyCredentialCreationOptions }
      const publicKey = maker.parseCreationOptionsFromJSON(options.publicKey ?? options)
      const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential & { toJSON(): unknown }
      await post('finish', { ceremony, credential: credential.toJSON(), deviceName: 'Test device' })
    },
    { place, token: decodeURIComponent(hash.slice(1)) }
  )
  await page.goto(`${origin}/${place}/`)
}

async function makeWorld(heard: Heard, admin: Page, open: () => Promise<Page>, keyworkerJoins: boolean): Promise<World> {
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
  await enrol(lead.page, lead.link)
  const youngPerson = await post('/young-people', { name: names.youngPerson, serviceId: service.id })
  await confirmAll(lead.page)
  const keyworker = await staff(names.keyworker)
  await relate(keyworker.id, 'keyworker_of', youngPerson.id)
  await relate(lead.id, 'safeguarding_of', service.id)
  await confirmAll(lead.page)
  const push = await PushOfChromium.prepare(keyworker.page, heard.url, '/work/', heard.push)
  if (keyworkerJoins) await acceptInvitation(keyworker.page, keyworker.link)

  return {
    service: { id: service.id, name: `Elm House ${mark}` },
    youngPerson: { id: youngPerson.id, name: names.youngPerson },
    keyworker: { id: keyworker.id, name: names.keyworker, page: keyworker.page, push, link: keyworker.link },
    lead: { id: lead.id, name: names.lead, page: lead.page },
    joinCode: () => call(admin, 'POST', `/api/admin/young-people/${youngPerson.id}/join-code`)
  }
}

/** Opens Heard on a fresh phone with the world's code, and gets past the welcome. */
export async function join(phone: Page, world: World): Promise<void> {
  const { url } = await world.joinCode()
  await phone.goto(url)
  await phone.getByRole('heading', { name: `Hello, ${world.youngPerson.name}` }).waitFor()
  await phone.getByRole('button', { name: 'OK' }).click()
  await phone.getByRole('button', { name: 'Not now' }).click()
  await phone.getByRole('heading', { name: 'How are you feeling?' }).waitFor()
  // What is precached is what opens without signal: from here on the phone may lose it.
  await phone.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
}

/** Goes through one of the demo's doors, without waiting for a screen. */
export async function enterDemo(page: Page, door: string): Promise<void> {
  await page.goto('/neutral.html')
  await page.evaluate(async (key) => {
    const answer = await fetch('/api/demo/enter', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ door: key }) })
    if (!answer.ok) throw new Error(await answer.text())
  }, door)
}

/** Sends a card by the API, where a journey is about something else; answers the card's id. */
export async function tap(
  phone: Page,
  world: Pick<World, 'keyworker'> | undefined,
  card: { card: string; kind?: 'feeling' | 'need' | 'not_safe'; words?: string; intensity?: 'little' | 'quite' | 'very'; need?: string }
): Promise<string> {
  const id = await phone.evaluate(() => {
    const hex = Date.now().toString(16).padStart(12, '0')
    const random = crypto.randomUUID()
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7${random.slice(15)}`
  })
  const receipt = await call<{ id: string }>(phone, 'POST', '/api/young/cards', {
    id,
    kind: 'feeling',
    audience: world
      ? [world.keyworker.id]
      : (await call<{ people: { id: string; default: boolean }[] }>(phone, 'GET', '/api/young/people')).people
          .filter((one) => one.default)
          .map((one) => one.id),
    kept: false,
    tappedAt: new Date().toISOString(),
    ...card
  })
  return receipt.id
}

/** Watches for private words where none may be; the answer is asked at the end of the journey. */
export function watchFor(canary: string, heard: Heard, contexts: BrowserContext[]): () => Promise<void> {
  const urls: string[] = []
  for (const context of contexts) {
    context.on('request', (request) => urls.push(request.url(), request.headers().referer ?? ''))
    for (const page of context.pages()) page.on('framenavigated', (frame) => urls.push(frame.url()))
  }
  return async () => {
    expect(urls.length, 'requests were watched').toBeGreaterThan(10)
    expect(urls.filter((url) => url.includes(canary))).toEqual([])
    expect(
      urls.filter((url) => !/^(http:\/\/localhost:|data:|blob:|about:|$)/.test(url)),
      'no third party'
    ).toEqual([])
    expect(heard.log().length, 'the log was read').toBeGreaterThan(0)
    expect(heard.log()).not.toContain(canary)
    for (const context of contexts) {
      const [page] = context.pages()
      const cached = await page?.evaluate(async () => {
        const found: { url: string; text: string }[] = []
        for (const name of await caches.keys()) {
          const cache = await caches.open(name)
          for (const request of await cache.keys()) found.push({ url: request.url, text: await ((await cache.match(request)) as Response).text() })
        }
        return found
      })
      expect(cached?.length, 'the shell is cached').toBeGreaterThan(0)
      expect(cached?.filter(({ url, text }) => url.includes('/api/') || text.includes(canary)).map(({ url }) => url)).toEqual([])
    }
  }
}

/** The lead confirms what the administrator proposed. */
export async function confirmAll(page: Page): Promise<void> {
  const { relations } = await call<{ relations: { id: string }[] }>(page, 'GET', '/api/work/relations/proposed')
  for (const relation of relations) await call(page, 'POST', `/api/work/relations/${relation.id}/confirm`, {})
}
