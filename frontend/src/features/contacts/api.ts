import type { CallOptions } from '../../lib/http'
import { fetchSound } from '../../lib/sound'
import { staffApi } from '../../lib/staff-api'
import type { Contact, Draft, MyPerson, Told } from './types'

export const getMyPeople = (options: CallOptions) => staffApi().get<{ people: MyPerson[] }>('/young-people', options)
export const getContacts = (options: CallOptions) => staffApi().get<{ contacts: Contact[] }>('/contacts', options)
export const getTold = (options: CallOptions) => staffApi().get<{ told: Told[] }>('/told', options)
export const getToldVoice = (id: string): Promise<Blob> => fetchSound('work', `/told/${encodeURIComponent(id)}/voice`)
export const getToldWaiting = (options: CallOptions) => staffApi().get<{ waiting: number }>('/told/waiting', options)
export const postContact = ({ id, youngPerson, kind, at, outcome }: Draft, options: CallOptions) =>
  staffApi().post<Contact>('/contacts', { id, youngPersonId: youngPerson.id, kind, at, outcome }, options)
