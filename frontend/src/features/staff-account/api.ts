import { api } from '../../lib/http'
import { session } from '../../lib/session.svelte'
import { staffApi } from '../../lib/staff-api'
import type { DemoDoor, Place, Session } from '../../lib/types'
import type { Ceremony, Passkey, StaffDevice } from './types'

const open = () => api(session.place)

export const getSession = (background: boolean) => open().get<Session>('/session', { background })
export const beginSignIn = () => open().post<Ceremony>('/sign-in/begin')
export const finishSignIn = (ceremony: string, credential: unknown) => open().post<Session>('/sign-in/finish', { ceremony, credential })
export const beginInvite = (token: string) => open().post<Ceremony>('/invite/begin', { token })
export const finishInvite = (ceremony: string, credential: unknown, deviceName: string) =>
  open().post<Session>('/invite/finish', { ceremony, credential, deviceName })
export const signOut = () => open().post<unknown>('/sign-out')

export const getPasskeys = () => staffApi().get<{ passkeys: Passkey[] }>('/passkeys')
export const beginPasskey = () => staffApi().post<Ceremony>('/passkeys/begin')
export const finishPasskey = (ceremony: string, credential: unknown, name: string) =>
  staffApi().post<unknown>('/passkeys/finish', { ceremony, credential, name })
export const deletePasskey = (id: string) => staffApi().delete<unknown>(`/passkeys/${encodeURIComponent(id)}`)
export const getDevices = () => staffApi().get<{ devices: StaffDevice[] }>('/devices')
export const endDevice = (id: string) => staffApi().delete<unknown>(`/devices/${encodeURIComponent(id)}`)

// The demo stands outside the places: its own small calls, so that production answers 404 and nothing shows.
export async function getDoors(): Promise<DemoDoor[]> {
  const answer = await fetch('/api/demo', { cache: 'no-store', headers: { Accept: 'application/json' } })
  if (!answer.ok || !answer.headers.get('Content-Type')?.includes('json')) return []
  return ((await answer.json()) as { doors: DemoDoor[] }).doors
}

export async function enterDoor(door: string): Promise<{ place: Place; path: string }> {
  const answer = await fetch('/api/demo/enter', {
    method: 'POST',
    cache: 'no-store',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({ door })
  })
  if (!answer.ok) throw new Error('demo door closed')
  return (await answer.json()) as { place: Place; path: string }
}
