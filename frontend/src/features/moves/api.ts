import type { CallOptions } from '../../lib/http'
import { staffApi } from '../../lib/staff-api'
import type { Person } from '../../lib/types'
import type { BagItem, Board, Choice, JourneyBody, Move, MoveBody, Visit } from './types'

const part = encodeURIComponent
// What was left empty is not sent: "not known" has no words.
const filled = ({ toServiceId, toName, fromServiceId, fromName, day, timeWords, ...rest }: MoveBody) =>
  ({
    ...rest, day: day || undefined, timeWords: timeWords || undefined,
    toServiceId: toServiceId || undefined, toName: toServiceId ? undefined : toName,
    fromServiceId: fromServiceId || undefined, fromName: (!fromServiceId && fromName) || undefined
  })
const one = (id: string, rest = '') => `/moves/${part(id)}${rest}`

export const getBoard = (options: CallOptions) => staffApi().get<Board>('/moves', options)
export const postMove = (id: string, youngPersonId: string, body: MoveBody) => staffApi().post<unknown>('/moves', { id, youngPersonId, ...filled(body) })
export const getMove = (id: string, options: CallOptions) => staffApi().get<Move>(one(id), options)
export const putMove = (id: string, base: number, body: MoveBody) => staffApi().put<unknown>(one(id), { base, ...filled(body) })
export const postTell = (id: string, base: number, withoutPack: boolean) => staffApi().post<unknown>(one(id, '/tell'), { base, withoutPack })
export const postShow = (id: string) => staffApi().post<unknown>(one(id, '/show'))
export const postArrived = (id: string, at?: string) => staffApi().post<unknown>(one(id, '/arrived'), { at })
export const putArrived = (id: string, at: string) => staffApi().put<unknown>(one(id, '/arrived'), { at })
export const deleteArrived = (id: string) => staffApi().delete<unknown>(one(id, '/arrived'))
export const postEnd = (id: string, reason: string, forThem: string) => staffApi().post<unknown>(one(id, '/end'), { reason, forThem: forThem || undefined })
export const postAnswer = (id: string, question: string, words: string) => staffApi().post<unknown>(one(id, `/questions/${part(question)}`), { words })
export const postVisit = (id: string, visit: { kind: Visit['kind']; at: string; words: string }) => staffApi().post<unknown>(one(id, '/visits'), visit)
export const putVisit = (id: string, visit: string, body: { was?: string; state: Visit['state']; at?: string; words?: string }) => staffApi().put<unknown>(one(id, `/visits/${part(visit)}`), body)
export const putJourney = (id: string, base: number, body: JourneyBody) => staffApi().put<unknown>(one(id, '/journey'), { base, ...body })
export const postChoice = (id: string, { key, askedAt }: Choice, agreed: boolean, reason?: string) => staffApi().post<unknown>(one(id, `/choices/${part(key)}`), { askedAt, agreed, reason })
export const postBag = (id: string, name: string) => staffApi().post<unknown>(one(id, '/bag'), { name })
export const putBag = (id: string, item: string, body: Partial<Pick<BagItem, 'packed' | 'arrived' | 'missing' | 'noBinBags' | 'photo' | 'farPhoto'>>) => staffApi().put<unknown>(one(id, `/bag/${part(item)}`), body)
export const getBuddies = (id: string) => staffApi().get<{ people: Person[] }>(one(id, '/buddies'))
export const postBuddy = (id: string, youngPersonId: string) => staffApi().post<unknown>(one(id, '/buddy'), { youngPersonId })
export const postBuddyAgree = (id: string) => staffApi().post<unknown>(one(id, '/buddy/agree'))
export const postBuddyEnd = (id: string) => staffApi().post<unknown>(one(id, '/buddy/end'))
export const postLonger = (id: string, day: number, at: string, words: string) => staffApi().post<unknown>(one(id, `/reviews/${day}/longer`), { at, words: words || undefined })
export const postRead = (id: string, day: number) => staffApi().post<unknown>(one(id, `/reviews/${day}/read`))
