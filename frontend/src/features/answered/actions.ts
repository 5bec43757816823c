import { setServerTime } from '../../lib/clock.svelte'
import { onLive } from '../../lib/live.svelte'
import * as server from './api'
import { answered } from './state.svelte'

// A card that nobody sees wakes nobody here: what waits longer is asked for.
const askEvery = 60_000

let loads = 0

export async function loadAnswered(background = false): Promise<void> {
  const mine = ++loads
  try {
    const { services, serverTime } = await server.getAnswered({ background })
    if (mine !== loads) return
    setServerTime(serverTime)
    Object.assign(answered, { services, at: serverTime, fault: undefined })
  } catch (fault) {
    if (mine === loads) answered.fault = fault
  }
}

export function watchAnswered(): () => void {
  const again = (): void => void loadAnswered(true)
  const off = onLive(again)
  const timer = setInterval(again, askEvery)
  void loadAnswered()
  return () => {
    loads++
    clearInterval(timer)
    off()
    Object.assign(answered, { services: undefined, at: '', fault: undefined })
  }
}
