import { describe, expect, it } from 'vitest'
import en from '../../messages/work/en.json'
import { abilityOf, type Device, problemWords, push, reachesHere, systemOf } from './state.svelte'

const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1'
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15'
const android = 'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36'
const device = (more: Partial<Device>): Device => ({ agent: android, touchPoints: 5, standalone: false, hasPush: true, permission: 'default', ...more })

describe('what stands between this device and its notifications', () => {
  it('is the home screen on an iPhone and an iPad in the browser', () => {
    expect(abilityOf(device({ agent: iphone, hasPush: false, permission: undefined }))).toBe('install')
    expect(abilityOf(device({ agent: mac, touchPoints: 5 }))).toBe('install')
    expect(abilityOf(device({ agent: iphone, standalone: true }))).toBe('ready')
  })
  it('is the permission, the browser, or nothing elsewhere', () => {
    expect(abilityOf(device({ permission: 'denied' }))).toBe('denied')
    expect(abilityOf(device({ hasPush: false }))).toBe('unsupported')
    expect(abilityOf(device({ permission: undefined }))).toBe('unsupported')
    expect(abilityOf(device({ permission: 'granted' }))).toBe('ready')
    expect(systemOf({ agent: mac, touchPoints: 0 })).toBe('desktop')
    expect(systemOf({ agent: android, touchPoints: 5 })).toBe('android')
  })
})

describe('reaching this device', () => {
  const subscription = { id: 'p', label: 'x', current: true, createdAt: '', health: 'good' as const }
  it('needs both the browser and the server to hold it', () => {
    Object.assign(push, { here: true, subscriptions: [subscription] })
    expect(reachesHere()).toBe(true)
    push.here = false
    expect(reachesHere()).toBe(false)
    Object.assign(push, { here: true, subscriptions: [{ ...subscription, health: 'gone' }] })
    expect(reachesHere()).toBe(false)
    push.subscriptions = [{ ...subscription, current: false }]
    expect(reachesHere()).toBe(false)
  })
})

describe('problems', () => {
  it('have words, known or not', () => {
    for (const problem of ['timeout', 'unreachable', 'rate_limited', 'service_down', 'gone', 'refused', 'never_heard_of']) expect(problemWords(problem) in en).toBe(true)
    expect(problemWords('never_heard_of')).toBe('push.problem.other')
  })
})
