// Who is on, before a card is sent: only what the rota says, and nothing once that has passed. Pure.
import type { MessageKey } from './i18n.svelte'
import type { Params } from './message'
import type { Rota, TrustedPerson } from './types'

export interface OnWords {
  key: MessageKey
  params: Params
  /** Somebody is there: the dot is filled. */
  on: boolean
}

export interface OnContext {
  /** The server's time, in ms. */
  now: number
  /** "10 pm", "8 am on Monday". */
  hour(at: string): string
  list(names: string[]): string
}

const ahead = (at: string | undefined, now: number): boolean => at !== undefined && Date.parse(at) > now

export function whoIsOn(people: TrustedPerson[], audience: string[], rota: Rota | undefined, context: OnContext): OnWords | undefined {
  if (!rota?.planned) return undefined
  const chosen = people.filter((one) => one.staff && audience.includes(one.id))
  const on = chosen.filter((one) => one.on && (one.until === undefined || ahead(one.until, context.now)))
  if (on.length === 1 && on[0]?.until) return { key: 'on.until', params: { who: on[0].name, until: context.hour(on[0].until) }, on: true }
  if (on.length > 0) return { key: on.length === 1 ? 'on.now' : 'on.now_several', params: { who: context.list(on.map((one) => one.name)) }, on: true }
  // Kept from before, and the shifts it spoke of are over: nobody here knows who is on by now.
  if (chosen.some((one) => one.on) || (rota.nextOn !== undefined && !ahead(rota.nextOn, context.now))) return undefined
  if (rota.covering) {
    const who = rota.covering.name
    return chosen.length === 1 && chosen[0] ? { key: 'on.covering', params: { off: chosen[0].name, who }, on: true } : { key: 'on.covering_plain', params: { who }, on: true }
  }
  if (rota.nextOn) return { key: 'on.nobody_until', params: { until: context.hour(rota.nextOn) }, on: false }
  return { key: 'on.nobody', params: {}, on: false }
}
