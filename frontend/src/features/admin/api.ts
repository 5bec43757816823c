import { staffApi } from '../../lib/staff-api'
import type {
  Invitation, JoinCode, NewRelation, NewStaff, NewYoungPerson, OrganisationSettings, RelationRow, Service, ServiceKind, StaffMember, Team, YoungAccount
} from './types'

const part = encodeURIComponent
const quiet = { background: true }

/** Long lists come in pages; a place of this size is read whole. */
async function whole<T>(path: string, take: (page: Record<string, unknown>) => T[]): Promise<T[]> {
  const all: T[] = []
  let after = ''
  for (;;) {
    const page = await staffApi().get<Record<string, unknown>>(after ? `${path}?after=${part(after)}` : path, quiet)
    all.push(...take(page))
    if (typeof page.next !== 'string' || !page.next) return all
    after = page.next
  }
}

export const getServices = () => staffApi().get<{ services: Service[] }>('/services', quiet).then((answer) => answer.services)
export const getTeams = () => staffApi().get<{ teams: Team[] }>('/teams', quiet).then((answer) => answer.teams)
export const getStaff = () => whole('/staff', (page) => page.staff as StaffMember[])
export const getYoungPeople = () => whole('/young-people', (page) => page.people as YoungAccount[])
export const getRelations = () => staffApi().get<{ relations: RelationRow[] }>('/relations', quiet).then((answer) => answer.relations)
export const getOrganisation = () => staffApi().get<OrganisationSettings>('/organisation', quiet)

export const postService = (name: string, kind: ServiceKind) => staffApi().post<{ id: string }>('/services', { name, kind })
export const renameService = (id: string, name: string) => staffApi().post<unknown>(`/services/${part(id)}`, { name })
export const postTeam = (serviceId: string, name: string) => staffApi().post<{ id: string }>('/teams', { serviceId, name })
export const postStaff = (body: NewStaff) => staffApi().post<{ id: string; invitation: Invitation }>('/staff', body)
export const postInvitation = (id: string) => staffApi().post<Invitation>(`/staff/${part(id)}/invitation`)
export const postYoungPerson = (body: NewYoungPerson) => staffApi().post<{ id: string }>('/young-people', body)
export const postJoinCode = (id: string) => staffApi().post<JoinCode>(`/young-people/${part(id)}/join-code`)
export const postRelation = (body: NewRelation) => staffApi().post<{ id: string; confirmed: boolean }>('/relations', body)
export const endRelation = (id: string, reason: string) => staffApi().post<unknown>(`/relations/${part(id)}/end`, { reason })
export const putOrganisation = ({ name, keyworkerWord, aboutMeWord, dutyPhone }: OrganisationSettings) =>
  staffApi().put<unknown>('/organisation', { name, keyworkerWord, aboutMeWord, dutyPhone })

export type Accounts = 'staff' | 'young-people'
export const renameAccount = (list: Accounts, id: string, name: string, called: string) => staffApi().put<unknown>(`/${list}/${part(id)}`, { name, called })
export const suspendAccount = (list: Accounts, id: string) => staffApi().post<unknown>(`/${list}/${part(id)}/suspend`)
export const restoreAccount = (list: Accounts, id: string) => staffApi().post<unknown>(`/${list}/${part(id)}/restore`)
