import { ApiError } from '../../lib/http'
import * as server from './api'
import { family } from './state.svelte'
import type { Choice } from './types'

// Here and nowhere else: leaving the page forgets it.
let token = ''

/** Takes the token out of the address at once, so that neither history nor a shared screen keeps it. */
function take(): void {
  token = location.hash.slice(1)
  history.replaceState(null, '', location.pathname)
  Object.assign(family, { step: token ? 'opening' : 'nothing', asked: undefined, chosen: undefined, busy: false, fault: undefined })
  if (token) void look()
}

/** Another link may be pasted into the same window. */
export function start(): () => void {
  const changed = (): void => {
    if (location.hash.length > 1) take()
  }
  take()
  void server.getDemo().then((answer) => { family.demo = answer.demo }, () => undefined) // a line less, when it can't be had
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

async function look(): Promise<void> {
  const mine = token
  await tried(mine, async () => {
    const asked = await server.openLink(mine)
    if (mine === token) Object.assign(family, { asked, step: 'asked' })
  })
}

export async function choose(choice: Choice): Promise<void> {
  if (family.busy) return
  family.chosen = choice
  const mine = token
  await tried(mine, async () => {
    await server.postAnswer(mine, choice)
    if (mine === token) family.step = typeof choice === 'number' ? 'counted' : 'noted'
  })
}

export function retry(): void {
  if (family.chosen) void choose(family.chosen)
  else void look()
}

async function tried(mine: string, call: () => Promise<void>): Promise<void> {
  Object.assign(family, { busy: true, fault: undefined })
  try {
    await call()
  } catch (fault) {
    if (mine !== token) return
    if (fault instanceof ApiError && fault.code === 'not_found' && fault.fromHeard) family.step = 'ended'
    else family.fault = fault
  } finally {
    if (mine === token) family.busy = false
  }
}
