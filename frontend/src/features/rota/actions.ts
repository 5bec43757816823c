import * as server from './api'
import { rota } from './state.svelte'
import type { ShiftBody, ShiftException } from './types'

let loads = 0

/** `background`: nobody touched anything, so the idle lock goes on counting. */
export async function loadRota(team: string, from: string, background = false): Promise<void> {
  const mine = ++loads
  try {
    const answer = await server.getRota({ team, from, days: 7 }, { background })
    // An older answer that comes late must not overwrite a newer one.
    if (mine !== loads) return
    Object.assign(rota, { answer, from, at: Date.now(), fault: undefined })
  } catch (fault) {
    if (mine === loads) rota.fault = fault
  }
}

export function forgetRota(): void {
  loads++
  Object.assign(rota, { answer: undefined, from: '', at: 0, fault: undefined, busy: false, pressFault: undefined })
}

/** The week shows only what the server holds: it is read again after each press. */
async function press(act: () => Promise<unknown>): Promise<boolean> {
  if (rota.busy) return false
  rota.busy = true
  rota.pressFault = undefined
  try {
    await act()
    if (rota.answer) await loadRota(rota.answer.team, rota.from)
    return true
  } catch (fault) {
    rota.pressFault = fault
    return false
  } finally {
    rota.busy = false
  }
}

export const saveShift = (id: string | undefined, body: ShiftBody, allowGaps: boolean) =>
  press(() => (id ? server.putShift(id, body, allowGaps) : server.postShift(body, allowGaps)))
export const removeShift = (id: string, allowGaps: boolean) => press(() => server.deleteShift(id, allowGaps))
export const changeDay = (id: string, exception: ShiftException, allowGaps: boolean) => press(() => server.putException(id, exception, allowGaps))
export const restoreDay = (id: string, date: string, allowGaps: boolean) => press(() => server.deleteException(id, date, allowGaps))
