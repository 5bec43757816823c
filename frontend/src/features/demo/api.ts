import { api } from '../../lib/http'
import type { DemoDoor } from '../../lib/types'

const open = api('young')

export async function doors(): Promise<DemoDoor[]> {
  return (await open.get<{ doors: DemoDoor[] }>('/demo', { background: true, open: true })).doors
}

export async function enter(door: string): Promise<string> {
  return (await open.post<{ path: string }>('/demo/enter', { door }, { open: true })).path
}
