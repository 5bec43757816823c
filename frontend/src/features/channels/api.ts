import { staffApi } from '../../lib/staff-api'
import type { ChannelKind, ChannelsAnswer } from './types'

const one = (id: string) => `/channels/${encodeURIComponent(id)}`

export const getChannels = () => staffApi().get<ChannelsAnswer>('/channels', { background: true })
export const postChannel = (kind: ChannelKind, address: string) => staffApi().post<{ id: string }>('/channels', { kind, address })
export const postCode = (id: string, code: string) => staffApi().post<unknown>(`${one(id)}/verify`, { code })
export const deleteChannel = (id: string) => staffApi().delete<unknown>(one(id))
