import { deviceName } from '../../lib/device-name'
import { meta } from '../../lib/idb'
import { session } from '../../lib/session.svelte'
import * as server from './api'
import { abilityOf, push, systemOf } from './state.svelte'

function device() {
  return {
    agent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    standalone: matchMedia('(display-mode: standalone)').matches || (navigator as Navigator & { standalone?: boolean }).standalone === true,
    hasPush: 'serviceWorker' in navigator && 'PushManager' in window,
    permission: 'Notification' in window ? Notification.permission : undefined
  }
}

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration(`/${session.place}/`)
}

async function held(): Promise<PushSubscription | null> {
  return (await (await registration())?.pushManager?.getSubscription()) ?? null
}

export async function loadPush(): Promise<void> {
  push.system = systemOf(device())
  push.ability = abilityOf(device())
  try {
    push.here = (await held().catch(() => null)) !== null
    const answer = await server.getPush()
    push.publicKey = answer.publicKey
    push.subscriptions = answer.subscriptions
    push.loaded = true
    push.fault = undefined
  } catch (fault) {
    push.fault = fault
  }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(new ArrayBuffer(binary.length))
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

async function register(subscription: PushSubscription, background: boolean): Promise<boolean> {
  const { endpoint, keys } = subscription.toJSON()
  const body = { endpoint: endpoint ?? '', keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' }, label: deviceName() }
  const { moved } = await server.postSubscription(body, background)
  await meta(session.place).set('push-account', session.value?.account?.id ?? '')
  return moved
}

/** Must run from a press: browsers ask for the permission only then. */
export async function subscribeHere(): Promise<boolean> {
  if (push.busy) return false
  push.busy = 'subscribe'
  push.fault = undefined
  push.refused = false
  try {
    const permission = await Notification.requestPermission()
    push.ability = abilityOf(device())
    if (permission !== 'granted') return false
    const subscription = await subscribed()
    if (!subscription) {
      push.refused = true
      return false
    }
    push.moved = await register(subscription, false)
    await loadPush()
    return true
  } catch (fault) {
    push.fault = fault
    return false
  } finally {
    push.busy = ''
  }
}

async function subscribed(): Promise<PushSubscription | undefined> {
  try {
    const worker = await registration()
    const options = { userVisibleOnly: true, applicationServerKey: bytesOf(push.publicKey) }
    try {
      return await worker?.pushManager.subscribe(options)
    } catch {
      // Held for another server key, from before a restore: end that one and take a new one.
      await (await held())?.unsubscribe()
      return await worker?.pushManager.subscribe(options)
    }
  } catch {
    return undefined
  }
}

/** At every open: a subscription the server has dropped comes back by itself, but only for the account that made it. */
export async function keepSubscription(): Promise<void> {
  try {
    const subscription = await held()
    push.here = subscription !== null
    const owner = await meta(session.place).get<string>('push-account')
    if (subscription && owner && owner === session.value?.account?.id) await register(subscription, true)
  } catch {
    // Push health shows what is wrong; opening Heard must not fail over it.
  }
}

/** Before signing out: this browser no longer receives for anybody. */
export async function leaveHere(): Promise<void> {
  try {
    await (await held())?.unsubscribe()
    push.here = false
    await navigator.clearAppBadge?.()
  } catch {
    // The server ends the subscription with the session all the same.
  }
}

export async function sendTest(id: string): Promise<boolean> {
  if (push.busy) return false
  push.busy = id
  push.fault = undefined
  try {
    await server.postTest(id)
    push.tests[id] = Date.now()
    return true
  } catch (fault) {
    push.fault = fault
    return false
  } finally {
    push.busy = ''
  }
}

/** Gone at once; back, with the reason, when the server says no. */
export async function removeSubscription(id: string): Promise<boolean> {
  const before = push.subscriptions
  const mine = before.find((one) => one.id === id)?.current ?? false
  push.subscriptions = before.filter((one) => one.id !== id)
  push.fault = undefined
  try {
    await server.deleteSubscription(id)
    if (mine) await leaveHere()
    return true
  } catch (fault) {
    push.subscriptions = before
    push.fault = fault
    return false
  }
}

export function answerTest(testId: string): Promise<unknown> {
  return server.postAnswer(testId)
}
