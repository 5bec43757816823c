import type { Person } from '../../lib/types'

export const serviceKinds = ['camhs', 'social_care', 'childrens_home', 'foster_agency', 'ward', 'advocacy'] as const
export type ServiceKind = (typeof serviceKinds)[number]

export interface Service {
  id: string
  name: string
  kind: ServiceKind
  hasLead?: boolean
}

export interface Team {
  id: string
  name: string
  serviceId: string
  hasLead?: boolean
}

export interface StaffMember extends Person {
  called?: string
  kind: 'staff' | 'admin'
  suspended: boolean
  joined: boolean
  invited: boolean
}

export interface YoungAccount extends Person {
  called?: string
  service?: string
  keyworkers?: Person[]
  suspended: boolean
  joined: boolean
}

export type RelationStatus = 'proposed' | 'confirmed' | 'ended'
export type ObjectKind = 'young_person' | 'team' | 'service' | 'organisation'

export interface RelationRow {
  id: string
  subject: { id: string; name: string }
  kind: string
  objectKind: ObjectKind
  object: { id: string; name: string }
  validFrom: string
  validTo?: string
  reason: string
  status: RelationStatus
}

export interface Invitation {
  url: string
  expiresAt: string
}

export interface JoinCode {
  words: string
  qr: string
  url: string
  expiresAt: string
}

export interface OrganisationSettings {
  id: string
  name: string
  keyworkerWord: string
  aboutMeWord: string
  dutyPhone: string
}

export interface NewStaff {
  name: string
  called?: string
  phone?: string
  kind: 'staff' | 'admin'
}

export interface NewYoungPerson {
  name: string
  called?: string
  serviceId: string
}

export interface NewRelation {
  subjectId: string
  kind: string
  objectId: string
  validFrom?: string
  validTo?: string
  reason: string
}
