import { onLive } from '../../lib/live.svelte'
import * as server from './api'
import { duty } from './state.svelte'

let loads = 0
// A shift begins and ends, and a test runs out, without anybody's press.
const askEvery = 60_000

export async function loadDuty(): Promise<void> {
  const mine = ++loads
  try {
    const value = await server.getDuty({ background: true })
    if (mine !== loads) return
    duty.value = value
    duty.fault = undefined
  } catch (fault) {
    if (mine === loads) duty.fault = fault
  }
}

export function forgetDuty(): void {
  loads++
  Object.assign(duty, { value: undefined, fault: undefined, busy: false, pressFault: undefined })
}

/** Keeps it true while the place is open. Returned function: stop, and forget what was shown. */
export function watchDuty(): () => void {
  const off = onLive(() => void loadDuty())
  const timer = setInterval(() => void loadDuty(), askEvery)
  void loadDuty()
  return () => {
    clearInterval(timer)
    off()
    forgetDuty()
  }
}

/** Sends the test to every device of this worker. */
export async function askTest(): Promise<boolean> {
  if (duty.busy) return false
  duty.busy = true
  duty.pressFault = undefined
  try {
    await server.postAsk()
    await loadDuty()
    return true
  } catch (fault) {
    duty.pressFault = fault
    return false
  } finally {
    duty.busy = false
  }
}
