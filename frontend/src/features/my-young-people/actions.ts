import { session } from '../../lib/session.svelte'
import * as server from './api'
import { circle, leads } from './state.svelte'
import type { JoinCode } from './types'

export async function loadCircle(background = false): Promise<void> {
  try {
    const [{ people }, proposed] = await Promise.all([
      server.getYoungPeople({ background }),
      leads(session.value?.roles) ? server.getProposed({ background }).then((answer) => answer.relations) : []
    ])
    circle.people = people
    circle.proposed = proposed
    circle.fault = undefined
  } catch (fault) {
    circle.fault = fault
  }
}

/** Nothing stays in memory behind the lock. */
export function forgetCircle(): void {
  circle.people = undefined
  circle.proposed = []
  circle.fault = undefined
  circle.confirmFault = undefined
}

export function makeJoinCode(id: string): Promise<JoinCode> {
  return server.postJoinCode(id)
}

/** Off the list at once; back in its place, with the reason, when the server says no. */
export async function confirmRelation(id: string): Promise<boolean> {
  const before = circle.proposed
  circle.proposed = before.filter((one) => one.id !== id)
  circle.confirmFault = undefined
  try {
    await server.postConfirm(id)
    void loadCircle()
    return true
  } catch (fault) {
    circle.proposed = before
    circle.confirmFault = fault
    return false
  }
}

export function breakGlass(youngPersonId: string, reason: string): Promise<{ until: string }> {
  return server.postBreakGlass(youngPersonId, reason)
}
