// A tablet that several young people use: who shares it, and picking oneself.
import { isShared } from '../../lib/device'
import { ApiError, api } from '../../lib/http'
import { acceptSession } from '../../lib/session.svelte'
import type { Session } from '../../lib/types'

const young = api('young')

/** Pictures only: no name stands on a screen that anyone can pick up. `id` means something on this tablet alone. */
export interface SharedPerson {
  id: string
  avatar: string
}

export interface Shared {
  shared: boolean
  people: SharedPerson[]
  /** The server has said so; without signal only the device's own word is there. */
  known: boolean
}

export async function sharedPeople(): Promise<Shared> {
  try {
    const { shared, people } = await young.get<{ shared: boolean; people: SharedPerson[] }>('/shared', { background: true, timeout: 5000 })
    return { shared, people, known: true }
  } catch (fault) {
    // A server from before shared tablets knows none.
    const away = fault instanceof ApiError && fault.unreachable
    return { shared: away && (await isShared()), people: [], known: false }
  }
}

export async function pick(id: string): Promise<void> {
  await acceptSession(await young.post<Session>('/shared/pick', { id }))
}
