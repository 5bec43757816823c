import type { MessageKey } from '../../lib/i18n.svelte'
import type { Subscription } from './types'

/** What stands between this device and its notifications. */
export type Ability = 'ready' | 'install' | 'unsupported' | 'denied'
export type System = 'ios' | 'android' | 'desktop'

export const push = $state({
  loaded: false,
  publicKey: '',
  subscriptions: [] as Subscription[],
  /** What this browser itself holds: the server's list may say something else. */
  here: false,
  busy: '' as '' | 'subscribe' | string,
  fault: undefined as unknown,
  /** The browser, not the server, said no. */
  refused: false,
  moved: false,
  tests: {} as Record<string, number>,
  ability: 'ready' as Ability,
  system: 'desktop' as System
})

export interface Device {
  agent: string
  touchPoints: number
  standalone: boolean
  hasPush: boolean
  permission: NotificationPermission | undefined
}

export function systemOf({ agent, touchPoints }: Pick<Device, 'agent' | 'touchPoints'>): System {
  // An iPad calls itself a Mac; a Mac has no touch screen.
  if (/iPhone|iPad|iPod/.test(agent) || (/Mac OS X/.test(agent) && touchPoints > 1)) return 'ios'
  return /Android/.test(agent) ? 'android' : 'desktop'
}

export function abilityOf(device: Device): Ability {
  if (systemOf(device) === 'ios' && !device.standalone) return 'install'
  if (!device.hasPush || device.permission === undefined) return 'unsupported'
  return device.permission === 'denied' ? 'denied' : 'ready'
}

export function current(subscriptions: Subscription[]): Subscription | undefined {
  return subscriptions.find((one) => one.current)
}

/** Cards reach this device: the server knows it, and the browser still holds it. */
export function reachesHere(): boolean {
  const mine = current(push.subscriptions)
  return push.here && mine !== undefined && mine.health !== 'gone'
}

const known = ['timeout', 'unreachable', 'refused', 'rate_limited', 'service_down', 'gone'] as const

export function problemWords(problem: string): MessageKey {
  return `push.problem.${known.find((one) => one === problem) ?? 'other'}`
}
