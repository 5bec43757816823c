import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { Person } from '../../lib/types'
import type { Pack, PartKey } from '../../ui/pack/types'
import type { Checked, Draft, OurPlace, Shown, Version } from './types'

const of = (service: string): string => `/places/${encodeURIComponent(service)}`

export const getPlaces = (options?: CallOptions) => staffApi().get<{ places: OurPlace[] }>('/places', options).then((answer) => answer.places)
export const getPack = (service: string, options?: CallOptions) => staffApi().get<Draft>(`${of(service)}/pack`, options)
export const putPack = (service: string, base: number, pack: Pack, options: CallOptions) => staffApi().put<Draft>(`${of(service)}/pack`, { base, pack }, { timeout: 30_000, ...options })
export const postReady = (service: string, revision: number) => staffApi().post<unknown>(`${of(service)}/ready`, { revision })
export const postBack = (service: string, revision: number, reason: string) => staffApi().post<unknown>(`${of(service)}/back`, { revision, reason })
export const postPublish = (service: string, revision: number, checked: Checked) => staffApi().post<Version>(`${of(service)}/publish`, { revision, checked })

/** A photo that somebody may be looking at, a voice that says a part, or the guide as a paper. */
export interface Published {
  id: string
  alt: string
  pano?: true
  part?: PartKey
  seconds?: number
  guide?: true
}

/** What somebody may be looking at: published, or shown for a move. */
export const getPhotos = (service: string) => staffApi().get<{ photos: Published[] }>(`${of(service)}/photos`).then((answer) => answer.photos)
export const postWithdraw = (service: string, id: string) => staffApi().post<unknown>(`${of(service)}/files/${encodeURIComponent(id)}/withdraw`)

/** Where a file of a place is, in one of its sizes. */
export const placeFile = (service: string, id: string, name: string): string => `/api/work${of(service)}/files/${encodeURIComponent(id)}/${name}`

/** What was shown of the place somebody moves to. */
export const getBooklet = (move: string) => staffApi().get<Shown>(`/moves/${encodeURIComponent(move)}/booklet`)
export const getMove = (move: string) => staffApi().get<{ youngPerson: Person; day?: string }>(`/moves/${encodeURIComponent(move)}`)
export const moveFile = (move: string, id: string, name: string): string => `/api/work/moves/${encodeURIComponent(move)}/files/${encodeURIComponent(id)}/${name}`
