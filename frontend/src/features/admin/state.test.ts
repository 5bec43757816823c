import { beforeEach, describe, expect, it } from 'vitest'
import work from '../../messages/work/en.json'
import en from '../../messages/admin/en.json'
import { admin, firstSteps, momentOf, objectsFor, relationKinds, relationLine, subjectsFor } from './state.svelte'

const person = (id: string, more: object = {}) => ({ id, name: id, avatar: 'a1', suspended: false, joined: false, invited: true, ...more })

beforeEach(() => {
  Object.assign(admin, {
    services: [{ id: 'oak', name: 'Oak House', kind: 'childrens_home' }, { id: 'camhs', name: 'CAMHS', kind: 'camhs' }],
    teams: [{ id: 'days', name: 'Days', serviceId: 'oak' }],
    staff: [person('sam', { kind: 'staff' }), person('gone', { kind: 'staff', suspended: true }), person('alex', { kind: 'admin' })],
    young: [person('leo'), person('left', { suspended: true })],
    relations: [],
    organisation: { id: 'org', name: 'Riverside', keyworkerWord: 'keyworker', aboutMeWord: 'About me', dutyPhone: '' }
  })
})

describe('who can be what to whom', () => {
  const ids = (list: { id: string }[]) => list.map((one) => one.id)
  it('follows the kind, and leaves out the suspended', () => {
    expect(ids(subjectsFor('keyworker_of'))).toEqual(['sam'])
    expect(ids(objectsFor('keyworker_of'))).toEqual(['leo'])
    expect(ids(subjectsFor('served_by'))).toEqual(['leo'])
    expect(ids(objectsFor('lead_of'))).toEqual(['days', 'oak', 'camhs'])
    expect(ids(objectsFor('safeguarding_of'))).toEqual(['oak', 'camhs', 'org'])
    expect(ids(objectsFor('analyst_of'))).toEqual(['oak', 'camhs'])
    expect(ids(objectsFor('placement_of'))).toEqual(['oak'])
    expect(ids(subjectsFor('commissioner_of'))).toEqual(['sam'])
    expect(ids(objectsFor('commissioner_of'))).toEqual(['org'])
    expect(ids(subjectsFor('admin_of'))).toEqual(['alex'])
  })
  it('tells teams of one name apart by their service', () => {
    expect(objectsFor('lead_of')[0]?.name).toBe('Days, Oak House')
  })
  it('has words for every kind', () => {
    for (const kind of relationKinds) {
      expect(`relation.kind.${kind}` in en).toBe(true)
      expect(relationLine(kind) in work).toBe(true)
    }
  })
})

describe('the first steps', () => {
  it('are done when there is evidence, and undone when it ends', () => {
    const done = () => firstSteps().filter((row) => row.done).map((row) => row.step)
    expect(done()).toEqual(['service', 'team', 'staff', 'young'])
    admin.relations = [{ id: 'r', subject: { id: 'sam', name: 'Sam' }, kind: 'lead_of', objectKind: 'team', object: { id: 'days', name: 'Days' }, validFrom: '', reason: '', status: 'confirmed' }]
    expect(done()).toContain('lead')
    admin.relations = admin.relations.map((one) => ({ ...one, status: 'ended' as const }))
    expect(done()).not.toContain('lead')
    admin.staff = [person('alex', { kind: 'admin' }) as never]
    expect(done()).not.toContain('staff')
  })
})

describe('a day from a date field', () => {
  it('begins at its start and ends with it', () => {
    expect(momentOf('2026-11-21', false)).toBe(new Date(2026, 10, 21, 0, 0).toISOString())
    expect(momentOf('2026-11-21', true)).toBe(new Date(2026, 10, 21, 23, 59).toISOString())
    expect(momentOf('', true)).toBeUndefined()
  })
})
