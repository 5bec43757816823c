import * as server from './api'
import { channels, digits } from './state.svelte'
import type { ChannelKind } from './types'

export async function loadChannels(): Promise<void> {
  try {
    channels.answer = await server.getChannels()
    channels.fault = undefined
  } catch (fault) {
    channels.fault = fault
  }
}

async function press<T>(busy: string, act: () => Promise<T>): Promise<T | undefined> {
  if (channels.busy) return undefined
  channels.busy = busy
  channels.pressFault = undefined
  try {
    const answer = await act()
    await loadChannels()
    return answer
  } catch (fault) {
    channels.pressFault = fault
    return undefined
  } finally {
    channels.busy = ''
  }
}

const done = (busy: string, act: () => Promise<unknown>): Promise<boolean> => press(busy, () => act().then(() => true)).then(Boolean)

/** Sends a code there; the way counts only once the code was typed in here. */
export const addChannel = (kind: ChannelKind, address: string) => press('add', () => server.postChannel(kind, address.trim()).then(({ id }) => id))
export const verifyChannel = (id: string, code: string) => done(id, () => server.postCode(id, digits(code)))
export const removeChannel = (id: string) => done(id, () => server.deleteChannel(id))
