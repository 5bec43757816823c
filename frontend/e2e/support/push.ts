// Pushes in Chromium. Its own push service is out of reach, so subscribing is answered by ours, and
// what ours decrypts is handed to the service worker through DevTools.
import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import type { Pushed, PushService, Subscription } from './server'
import { until } from './until'

interface Shown {
  title: string
  body: string
  data: unknown
}

export class PushOfChromium {
  subscription: Subscription | undefined

  private constructor(
    private readonly page: Page,
    private readonly scope: string,
    private readonly service: PushService
  ) {}

  /** Before the page is opened: notifications allowed, subscriptions from the service of ours. */
  static async prepare(page: Page, origin: string, scope: string, service: PushService): Promise<PushOfChromium> {
    const context = page.context()
    const push = new PushOfChromium(page, `${origin}${scope}`, service)
    await context.grantPermissions(['notifications'], { origin })
    await context.exposeFunction('testSubscribe', async (serverKey: string) => {
      push.subscription = await service.subscribe(serverKey)
      return push.subscription
    })
    await context.exposeFunction('testSubscription', () => push.subscription ?? null)
    await context.exposeFunction('testUnsubscribe', async () => {
      if (push.subscription) await service.drop(push.subscription.id)
      push.subscription = undefined
    })
    await context.addInitScript(standIn)
    return push
  }

  /** What the service of ours took in for this subscription, once there are so many. */
  async pushes(atLeast: number): Promise<Pushed[]> {
    if (!this.subscription) throw new Error('nothing was subscribed')
    return this.service.pushes(this.subscription.id, atLeast)
  }

  /** Hands a decrypted payload to the service worker and waits for its notification. */
  async deliver(payload: string): Promise<Shown> {
    const devtools = await this.page.context().newCDPSession(this.page)
    let registration: string | undefined
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const one of registrations) if (one.scopeURL === this.scope && !one.isDeleted) registration = one.registrationId
    })
    await devtools.send('ServiceWorker.enable')
    // A worker that is still being installed drops a push: browsers subscribe only once it is active.
    await until('an active service worker', () =>
      this.page.evaluate(async (scope) => (await navigator.serviceWorker.getRegistration(scope))?.active?.state === 'activated' || null, this.scope)
    )
    const registrationId = await until(`a service worker for ${this.scope}`, () => registration)
    const shown = await this.handOver(devtools, registrationId, payload)
    await devtools.detach()
    return shown
  }

  /** DevTools hands a push over and forgets it; now and then the browser drops it. A push service would come again. */
  private async handOver(devtools: CDPSession, registrationId: string, payload: string): Promise<Shown> {
    for (let again = 3; ; again--) {
      await devtools.send('ServiceWorker.deliverPushMessage', { origin: new URL(this.scope).origin, registrationId, data: payload })
      try {
        return await until('a notification', () => this.shown(), 6)
      } catch (error) {
        if (again === 0) throw error
      }
    }
  }

  /** The newest notification that the service worker shows. */
  private shown(): Promise<Shown | null> {
    return this.page.evaluate(async (scope) => {
      const worker = await navigator.serviceWorker.getRegistration(scope)
      const last = ((await worker?.getNotifications()) ?? []).at(-1)
      return last ? { title: last.title, body: last.body, data: last.data as unknown } : null
    }, this.scope)
  }

  /** Presses the notification: runs the worker's own handler, which tells the open page where to go. */
  async press(): Promise<void> {
    const worker = await until('the running service worker', () => workerOf(this.page.context(), this.scope))
    await worker.evaluate(async () => {
      const self = globalThis as unknown as ServiceWorkerGlobalScope
      const [notification] = await self.registration.getNotifications()
      if (!notification) throw new Error('there is no notification to press')
      const Click = (globalThis as unknown as { NotificationEvent: new (type: string, init: object) => ExtendableEvent }).NotificationEvent
      self.dispatchEvent(new Click('notificationclick', { notification }))
    })
  }
}

function workerOf(context: BrowserContext, scope: string) {
  return context.serviceWorkers().find((worker) => worker.url() === `${scope}sw.js`)
}

/** Runs in the page: the browser's push manager, answered by the functions the test exposed. */
function standIn(): void {
  type Made = { id: string; endpoint: string; keys: { p256dh: string; auth: string } }
  const test = window as unknown as {
    testSubscribe(key: string): Promise<Made>
    testSubscription(): Promise<Made | null>
    testUnsubscribe(): Promise<void>
  }
  const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  const toUrl = (text: string): string => text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  const bytes = (text: string): ArrayBuffer => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)).buffer
  let serverKey: ArrayBuffer | null = null
  const wrap = (made: Made): PushSubscription =>
    ({
      endpoint: made.endpoint,
      expirationTime: null,
      options: { applicationServerKey: serverKey, userVisibleOnly: true },
      getKey: (name: PushEncryptionKeyName) => bytes(made.keys[name]),
      toJSON: () => ({ endpoint: made.endpoint, expirationTime: null, keys: made.keys }),
      unsubscribe: async () => {
        await test.testUnsubscribe()
        return true
      }
    }) as unknown as PushSubscription
  if (!('PushManager' in window)) return
  PushManager.prototype.subscribe = async (options) => {
    const key = options?.applicationServerKey
    if (!key) throw new Error('subscribed without the server key')
    serverKey =
      typeof key === 'string' ? bytes(key) : ArrayBuffer.isView(key) ? (key.buffer.slice(key.byteOffset, key.byteOffset + key.byteLength) as ArrayBuffer) : key
    return wrap(await test.testSubscribe(typeof key === 'string' ? key : toUrl(base64(serverKey))))
  }
  PushManager.prototype.getSubscription = async () => {
    const made = await test.testSubscription()
    return made ? wrap(made) : null
  }
  PushManager.prototype.permissionState = async () => 'granted'
}
