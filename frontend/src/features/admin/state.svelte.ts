import type { MessageKey } from '../../lib/i18n.svelte'
import type { ObjectKind, OrganisationSettings, RelationRow, Service, StaffMember, Team, YoungAccount } from './types'

export const admin = $state({
  services: undefined as Service[] | undefined,
  teams: undefined as Team[] | undefined,
  staff: undefined as StaffMember[] | undefined,
  young: undefined as YoungAccount[] | undefined,
  relations: undefined as RelationRow[] | undefined,
  organisation: undefined as OrganisationSettings | undefined,
  fault: undefined as unknown,
  busy: false,
  /** Why the last press did not go through. */
  pressFault: undefined as unknown
})

export const relationKinds = ['served_by', 'keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of', 'placing_for', 'placement_of', 'analyst_of', 'commissioner_of', 'admin_of'] as const
export type RelationKind = (typeof relationKinds)[number]

/** What young people can move to. */
const homes = ['childrens_home', 'foster_agency', 'ward'] as const

type Subjects = 'staff' | 'young' | 'admin'
const rules: Record<RelationKind, { subject: Subjects; objects: ObjectKind[] }> = {
  served_by: { subject: 'young', objects: ['service'] },
  keyworker_of: { subject: 'staff', objects: ['young_person'] },
  cover_for: { subject: 'staff', objects: ['young_person'] },
  lead_of: { subject: 'staff', objects: ['team', 'service'] },
  safeguarding_of: { subject: 'staff', objects: ['service', 'organisation'] },
  placing_for: { subject: 'staff', objects: ['young_person'] },
  placement_of: { subject: 'staff', objects: ['service'] },
  analyst_of: { subject: 'staff', objects: ['service'] },
  commissioner_of: { subject: 'staff', objects: ['organisation'] },
  admin_of: { subject: 'admin', objects: ['organisation'] }
}

export interface Choice {
  id: string
  name: string
}

export function subjectsFor(kind: RelationKind): Choice[] {
  const { subject } = rules[kind]
  if (subject === 'young') return (admin.young ?? []).filter((one) => !one.suspended)
  const wanted = subject === 'admin' ? 'admin' : 'staff'
  return (admin.staff ?? []).filter((one) => one.kind === wanted && !one.suspended)
}

export function objectsFor(kind: RelationKind): Choice[] {
  const teamName = (team: Team) => {
    const service = admin.services?.find((one) => one.id === team.serviceId)
    return { id: team.id, name: service ? `${team.name}, ${service.name}` : team.name }
  }
  const lists: Record<ObjectKind, () => Choice[]> = {
    young_person: () => (admin.young ?? []).filter((one) => !one.suspended),
    team: () => (admin.teams ?? []).map(teamName),
    service: () => (admin.services ?? []).filter((one) => kind !== 'placement_of' || homes.some((home) => home === one.kind)),
    organisation: () => (admin.organisation ? [admin.organisation] : [])
  }
  return rules[kind].objects.flatMap((object) => lists[object]())
}

const lines = ['keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of', 'family_of', 'placing_for', 'placement_of', 'served_by', 'analyst_of', 'commissioner_of'] as const

export function relationLine(kind: string): MessageKey {
  return `relations.line.${lines.find((one) => one === kind) ?? 'other'}`
}

export type Step = 'service' | 'team' | 'staff' | 'lead' | 'young' | 'relation' | 'join'
export interface StepRow {
  step: Step
  done: boolean
  href: string
}

/** The way from an empty organisation to a first card. A step is done when there is evidence for it. */
export function firstSteps(): StepRow[] {
  const relations = admin.relations ?? []
  const lives = (kind: string) => relations.some((one) => one.kind === kind && one.status !== 'ended')
  return [
    { step: 'service', done: Boolean(admin.services?.length), href: '/admin/services' },
    { step: 'team', done: Boolean(admin.teams?.length), href: '/admin/services' },
    { step: 'staff', done: Boolean(admin.staff?.some((one) => one.kind === 'staff')), href: '/admin/staff' },
    { step: 'lead', done: lives('lead_of'), href: '/admin/relations' },
    { step: 'young', done: Boolean(admin.young?.length), href: '/admin/young-people' },
    { step: 'relation', done: lives('keyworker_of'), href: '/admin/relations' },
    { step: 'join', done: Boolean(admin.young?.some((one) => one.joined)), href: '/admin/young-people' }
  ]
}

/** A day from a date field, as a moment: its start, or the last minute of it for an end. */
export function momentOf(date: string, end: boolean): string | undefined {
  if (!date) return undefined
  const at = new Date(`${date}T${end ? '23:59:00' : '00:00:00'}`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

export function loaded(): boolean {
  return Boolean(admin.services && admin.teams && admin.staff && admin.young && admin.relations && admin.organisation)
}
