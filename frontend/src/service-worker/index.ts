/// <reference lib="webworker" />
// What runs when Heard is closed: the shell without signal, pushes, and cards that still wait.
import { meta } from '../lib/idb'
import { createOutbox } from '../lib/outbox'
import { askedWho, browserDeps } from '../lib/outbox-deps'
import { isSealed } from '../lib/outbox-types'
import { purgeSaved, purgeStores } from '../lib/purge'
import { answer, precache, tidy } from './cache'
import { onClick, onPush, tellPages } from './push'
import { shell } from './shell'

const worker = self as unknown as ServiceWorkerGlobalScope

interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

// A new version waits until the person agrees; only then does the page send "skip-waiting".
worker.addEventListener('install', (event) => {
  event.waitUntil(precache(shell))
  // Where it is known: the API goes past the worker, so it is never woken for a request it would not answer.
  const routed = event as ExtendableEvent & { addRoutes?(rule: unknown): Promise<void> }
  void routed.addRoutes?.({ condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' }).catch(() => undefined)
})
worker.addEventListener('activate', (event) => event.waitUntil(tidy(shell).then(() => worker.clients.claim())))

worker.addEventListener('message', (event) => {
  const said = event.data as { kind?: string; parting?: string } | null
  if (said?.kind === 'skip-waiting') event.waitUntil(worker.skipWaiting())
  if (said?.kind === 'purge') event.waitUntil(purge(said.parting))
})

worker.addEventListener('fetch', (event) => {
  const found = answer(event.request, shell)
  if (found) event.respondWith(found)
})

// The page is being left in this moment and can't wait for anything: what it would still do is done here.
async function purge(parting: string | undefined): Promise<void> {
  if (shell.place !== 'young') return
  if (parting) await meta('young').set('parting', parting)
  // The copy of a next place outlives a lock. Whoever leaves takes it along.
  if (parting === 'leave' || parting === 'sign_out') await purgeSaved()
  await purgeStores()
}

async function flush(): Promise<void> {
  if (shell.place !== 'young') return
  const deps = browserDeps({
    // Sealed cards need nobody's session. Open ones, from the first version, go under the one the cookie stands for.
    who: async () => ((await outbox.items()).every(isSealed) ? {} : askedWho()),
    askWho: askedWho,
    seal: async () => undefined,
    person: () => undefined,
    changed: () => channel.postMessage('changed')
  })
  const channel = new BroadcastChannel('heard-outbox')
  const outbox = createOutbox(deps)
  // A card tapped while a voice is still on its way here: its page may be gone by now. One that is there sends its
  // card itself, and must not find it taken: only a page that has the receipt can say so while it is locked.
  let alone: ReturnType<typeof setTimeout> | undefined
  channel.onmessage = () => {
    clearTimeout(alone)
    alone = setTimeout(() => void outbox.flush({ lane: 'cards' }), 3000)
  }
  await outbox.flush({ force: true })
  clearTimeout(alone)
  await tellPages(worker, { kind: 'flushed' })
  channel.close()
  // The browser asks again later only if this fails.
  if ((await outbox.nextIn()) !== undefined) throw new Error('cards still wait')
}

worker.addEventListener('sync' as 'message', (event) => {
  const sync = event as unknown as SyncEvent
  if (sync.tag === 'outbox') sync.waitUntil(flush())
})

worker.addEventListener('push', (event) => {
  event.waitUntil(Promise.allSettled([onPush(worker, shell, event.data), flush()]))
})

worker.addEventListener('notificationclick', (event) => event.waitUntil(onClick(worker, shell, event.notification)))

// The push service has replaced the subscription: a page of the place registers the new one with its own session.
worker.addEventListener('pushsubscriptionchange' as 'message', (event) => {
  ;(event as unknown as ExtendableEvent).waitUntil(tellPages(worker, { kind: 'resubscribe' }))
})
