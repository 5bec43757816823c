// The page's side of the service worker: registering, hearing from it, and updating when the person agrees.
import type { Place } from './types'

/** What the worker says to its pages. */
export type FromWorker = { kind: 'pushed' } | { kind: 'open'; path: string } | { kind: 'resubscribe' } | { kind: 'flushed' }

const scripts: Record<Place, { url: string; scope: string }> = {
  young: { url: '/sw.js', scope: '/' },
  work: { url: '/work/sw.js', scope: '/work/' },
  admin: { url: '/admin/sw.js', scope: '/admin/' },
  insight: { url: '/insight/sw.js', scope: '/insight/' }
}

// With Trusted Types a worker's address must come from a policy; this one lets exactly ours through.
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}
const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy('heard-worker', {
  createScriptURL(url) {
    if (Object.values(scripts).some((script) => script.url === url)) return url
    throw new TypeError('not a worker of ours')
  }
})

const settle = 600

let waiting: ServiceWorker | undefined
let accepted = false
const readyListeners = new Set<() => void>()
const listeners = new Set<(message: FromWorker) => void>()

export function onWorkerMessage(listener: (message: FromWorker) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Called when a new version is ready; at once if it already is. */
export function onUpdateReady(listener: () => void): () => void {
  readyListeners.add(listener)
  if (waiting) listener()
  return () => readyListeners.delete(listener)
}

// A first installation is no update, and on /work the page may still be under the young place's worker.
function found(worker: ServiceWorker | null, registration: ServiceWorkerRegistration): void {
  if (!worker || !registration.active) return
  waiting = worker
  for (const listener of readyListeners) listener()
}

function watch(registration: ServiceWorkerRegistration): void {
  found(registration.waiting, registration)
  registration.addEventListener('updatefound', () => {
    const next = registration.installing
    next?.addEventListener('statechange', () => {
      if (next.state === 'installed') found(next, registration)
    })
  })
  // A phone that keeps the app open for days still hears of a new version.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => undefined)
  })
}

export async function registerWorker(place: Place): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return undefined
  navigator.serviceWorker.addEventListener('message', (event) => {
    for (const listener of listeners) listener(event.data as FromWorker)
    // Without this the worker leads the page to the address itself.
    if (listeners.size > 0) event.ports[0]?.postMessage('taken')
  })
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Only for an update the person agreed to, and once: never a loop, never under their fingers.
    if (accepted) location.reload()
    accepted = false
  })
  try {
    const { url, scope } = scripts[place]
    const registration = await navigator.serviceWorker.register(policy?.createScriptURL(url) ?? url, { scope, updateViaCache: 'none' })
    watch(registration)
    return registration
  } catch {
    return undefined
  }
}

/** The person agreed. `before` is one try to send what waits; the update goes on whatever becomes of it. */
export async function acceptUpdate(before: () => Promise<unknown>): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, 4000))
  await Promise.race([before().catch(() => undefined), patience])
  // Chromium waits minutes if the old worker is in the middle of a request at that moment: let the last answer settle.
  await new Promise((resolve) => setTimeout(resolve, settle))
  accepted = true
  waiting?.postMessage({ kind: 'skip-waiting' })
}

/** Asks for a flush when signal returns, even if Heard is closed by then. Where it is missing, other moments serve. */
export async function askForSync(): Promise<void> {
  try {
    const registration = (await navigator.serviceWorker?.getRegistration('/')) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined
    await registration?.sync?.register('outbox')
  } catch {
    // Not granted or not there.
  }
}
