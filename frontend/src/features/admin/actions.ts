import { session } from '../../lib/session.svelte'
import * as server from './api'
import { admin } from './state.svelte'
import type { Invitation, NewRelation, NewStaff, NewYoungPerson, OrganisationSettings, ServiceKind } from './types'

/** All lists at once: each page names people and places of the others. */
export async function loadAdmin(): Promise<void> {
  try {
    const [services, teams, staff, young, relations, organisation] = await Promise.all([
      server.getServices(),
      server.getTeams(),
      server.getStaff(),
      server.getYoungPeople(),
      server.getRelations(),
      server.getOrganisation()
    ])
    Object.assign(admin, { services, teams, staff, young, relations, organisation, fault: undefined })
  } catch (fault) {
    admin.fault = fault
  }
}

export function forgetAdmin(): void {
  Object.assign(admin, {
    services: undefined, teams: undefined, staff: undefined, young: undefined, relations: undefined, organisation: undefined, fault: undefined, pressFault: undefined
  })
}

/** One press at a time. The lists show only what the server holds: they are read again after each. */
async function press<T>(act: () => Promise<T>): Promise<T | undefined> {
  if (admin.busy) return undefined
  admin.busy = true
  admin.pressFault = undefined
  try {
    const answer = await act()
    await loadAdmin()
    return answer
  } catch (fault) {
    admin.pressFault = fault
    return undefined
  } finally {
    admin.busy = false
  }
}

const done = (act: () => Promise<unknown>): Promise<boolean> => press(() => act().then(() => true)).then(Boolean)

export const addService = (name: string, kind: ServiceKind) => done(() => server.postService(name, kind))
export const renameService = (id: string, name: string) => done(() => server.renameService(id, name))
export const addTeam = (serviceId: string, name: string) => done(() => server.postTeam(serviceId, name))
export const addStaff = (body: NewStaff): Promise<Invitation | undefined> => press(() => server.postStaff(body).then((answer) => answer.invitation))
export const inviteAgain = (id: string): Promise<Invitation | undefined> => press(() => server.postInvitation(id))
export const addYoungPerson = (body: NewYoungPerson) => done(() => server.postYoungPerson(body))
export const makeJoinCode = (id: string) => server.postJoinCode(id)
export const rename = (list: server.Accounts, id: string, name: string, called: string) => done(() => server.renameAccount(list, id, name, called))
export const suspend = (list: server.Accounts, id: string) => done(() => server.suspendAccount(list, id))
export const restore = (list: server.Accounts, id: string) => done(() => server.restoreAccount(list, id))
export const proposeRelation = (body: NewRelation) => press(() => server.postRelation(body))
export const endRelation = (id: string, reason: string) => done(() => server.endRelation(id, reason))

export async function saveOrganisation(body: OrganisationSettings): Promise<boolean> {
  const saved = await done(() => server.putOrganisation(body))
  // The name stands in the navigation too.
  if (saved && session.value?.organisation) session.value = { ...session.value, organisation: { ...body } }
  return saved
}
