// A push always shows a notification: a silent one costs the subscription on some phones.
// Its words are fixed; the payload holds no feeling, no name, no words.
import type { Shell } from './shell'

interface Payload {
  n?: string
  k?: string
}

// The same sentences as messages/common: push.card, push.needs_you, push.test. A test compares them.
export const bodies: Record<string, Record<string, string>> = {
  en: { card: 'Someone sent a card', needs_you: 'Someone needs you', test: 'Test: tap to answer' },
  ar: { card: 'أرسل شخص بطاقة', needs_you: 'شخص يحتاج إليك', test: 'تجربة: اضغط للرد' }
}

export function read(data: { json(): unknown } | null): Payload {
  try {
    const payload = data?.json() as Payload | null
    return payload && typeof payload === 'object' ? payload : {}
  } catch {
    return {}
  }
}

export function bodyOf(kind: string | undefined, language: string): string {
  const words = bodies[language.slice(0, 2)] ?? bodies.en
  return words?.[kind ?? ''] ?? words?.card ?? ''
}

/** Ids are opaque text of ours; anything else opens the place's front door. */
export function pathOf(id: unknown, base: string): string {
  return typeof id === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(id) ? `${base}open/${id}` : base
}

export async function tellPages(worker: ServiceWorkerGlobalScope, message: unknown): Promise<void> {
  for (const page of await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })) page.postMessage(message)
}

export async function onPush(worker: ServiceWorkerGlobalScope, shell: Shell, data: { json(): unknown } | null): Promise<void> {
  const payload = read(data)
  await worker.registration.showNotification('Heard', {
    body: bodyOf(payload.k, worker.navigator.language),
    // One notification a card: the same alert sent twice replaces itself.
    tag: payload.n ?? payload.k ?? 'heard',
    icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    requireInteraction: payload.k === 'needs_you',
    data: { path: pathOf(payload.n, shell.base) }
  })
  await badge(worker)
  await tellPages(worker, { kind: 'pushed' })
}

async function badge(worker: ServiceWorkerGlobalScope): Promise<void> {
  const open = await worker.registration.getNotifications().catch(() => [])
  const setter = (worker.navigator as unknown as { setAppBadge?(count: number): Promise<void> }).setAppBadge
  await setter?.call(worker.navigator, open.length).catch(() => undefined)
}

export async function onClick(worker: ServiceWorkerGlobalScope, shell: Shell, notification: Notification): Promise<void> {
  notification.close()
  await badge(worker)
  const path = (notification.data as { path?: string } | null)?.path ?? shell.base
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  // The front door is also opened without its last stroke: "/work" is ours as "/work/" is.
  const ours = pages.find((page) => `${new URL(page.url).pathname}/`.startsWith(shell.base))
  if (!ours) {
    await worker.clients.openWindow(path)
    return
  }
  await ours.focus().catch(() => undefined)
  if (await asked(ours, { kind: 'open', path })) return
  // The page is still loading, or frozen: lead it there by its address.
  const led = await ours.navigate(path).catch(() => null)
  if (!led) await worker.clients.openWindow(path)
}

/** Whether the page has taken the message within a second. */
function asked(page: WindowClient, message: unknown): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const timer = setTimeout(() => resolve(false), 1000)
    port1.onmessage = () => {
      clearTimeout(timer)
      resolve(true)
    }
    page.postMessage(message, [port2])
  })
}
