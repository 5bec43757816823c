// The API as staff and administrators use it: an answer of "idle" or "signed out" changes what the whole place shows,
// so no screen keeps private things on display after the server has closed them.
import { type Api, ApiError, api } from './http'
import { reached } from './online.svelte'
import { session } from './session.svelte'

function noticed(fault: unknown): never {
  if (fault instanceof ApiError) {
    if (fault.unreachable) reached(false)
    const value = session.value
    if (fault.code === 'unauthenticated' && value) {
      if (fault.reason === 'idle') session.value = { ...value, idle: true }
      else session.value = { signedIn: false, demo: value.demo, serverTime: value.serverTime }
    }
  }
  throw fault
}

async function watched<T>(work: Promise<T>): Promise<T> {
  const answer = await work.catch(noticed)
  reached(true)
  return answer
}

export function staffApi(): Api {
  const plain = api(session.place)
  return {
    get: (path, options) => watched(plain.get(path, options)),
    post: (path, body, options) => watched(plain.post(path, body, options)),
    put: (path, body, options) => watched(plain.put(path, body, options)),
    delete: (path, body, options) => watched(plain.delete(path, body, options))
  }
}
