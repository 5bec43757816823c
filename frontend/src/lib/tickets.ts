// The stock of tickets on this phone. Each lets one card through to Heard, also after signing out.
import { meta } from './idb'
import { stockKey } from './purge'
import type { OutboxKey } from './types'

export interface Ticket {
  ticket: string
  expiresAt: string
}

export interface Stock {
  /** Whose tickets these are: this device's mark of the person, never an account. */
  person: string
  key: OutboxKey
  tickets: Ticket[]
}

/** What POST /tickets answers. */
export interface TicketsAnswer {
  tickets: Ticket[]
  key: { id: string; publicKey: string }
}

/** A phone asks for more when fewer are left. */
export const enough = 20

/** The stock without one ticket, or undefined when it is not there any more. */
export function without(stock: Stock | undefined, ticket: string): Stock | undefined {
  if (!stock?.tickets.some((one) => one.ticket === ticket)) return undefined
  return { ...stock, tickets: stock.tickets.filter((one) => one.ticket !== ticket) }
}

/** New ones in, those out that have ended by the server's own time. Another person's are never mixed in. */
export function restocked(before: Stock | undefined, person: string, answer: TicketsAnswer, serverNow: number): Stock {
  const old = before?.person === person ? before.tickets : []
  const all = new Map([...old, ...answer.tickets].map((one) => [one.ticket, one]))
  return {
    person,
    key: { keyId: answer.key.id, publicKey: answer.key.publicKey },
    tickets: [...all.values()].filter((one) => !(Date.parse(one.expiresAt) <= serverNow))
  }
}

/** The one that lasts longest: a phone that was away for weeks must not take one that has ended. Its own clock has no say. */
export function nextTicket(stock: Stock | undefined, person: string | undefined): Ticket | undefined {
  if (!stock || !person || stock.person !== person) return undefined
  return [...stock.tickets].sort((a, b) => Date.parse(b.expiresAt) - Date.parse(a.expiresAt))[0]
}

export function readStock(): Promise<Stock | undefined> {
  return meta('young').get<Stock>(stockKey)
}

export function changeStock(change: (before: Stock | undefined) => Stock | undefined): Promise<void> {
  return meta('young').update(stockKey, change)
}
