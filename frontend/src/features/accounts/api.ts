import { api } from '../../lib/http'
import type { Device, Session } from '../../lib/types'

const young = api('young')

export type LockKind = 'pin' | 'picture'

export const join = (code: string, deviceName: string, shared: boolean): Promise<Session> => young.post('/join', { code, deviceName, ...(shared && { shared }) })
export const unlock = (secret: string): Promise<Session> => young.post('/unlock', { secret })
export const setLock = (kind: LockKind, secret: string, current?: string): Promise<Session> => young.post('/lock-setup', { kind, secret, ...(current && { current }) })
export const removeLock = (current: string): Promise<Session> => young.delete('/lock-setup', { current })
export const devices = (): Promise<{ devices: Device[] }> => young.get('/devices')
export const approveDevice = (id: string): Promise<unknown> => young.post(`/devices/${encodeURIComponent(id)}/approve`)
export const endDevice = (id: string): Promise<unknown> => young.delete(`/devices/${encodeURIComponent(id)}`)
