// The API of /insight as the server sends it. Rates, means and limits are fractions from 0 to 1; targets and response
// are whole per cent; times are seconds. A hidden cell carries no figure at all.
import type { Person } from '../../lib/types'

export type Group = 'listened' | 'answered' | 'continuity' | 'moves'
export type Kind = 'rate' | 'times' | 'count'
export type Cadence = 'month' | 'quarter'

export interface Unit {
  id: string
  name: string
  /** Several small services that are only ever shown together. */
  pool: boolean
  services: string[]
  cadence: Cadence
}

export interface Measure {
  key: string
  group: Group
  kind: Kind
  /** Which way is better. */
  direction: 'up' | 'down'
  target?: number
}

export interface Release {
  number: number
  period: string
  publishedAt: string
}

export interface Overview {
  units: Unit[]
  measures: Measure[]
  releases: Release[]
  next?: { period: string; closesAt: string }
  /** Notes and targets. */
  mayWrite: boolean
}

export interface Value {
  median?: number
  p90?: number
  /** In place of p90 where long is better: the least that nine of ten had. */
  p10?: number
  keyworkers?: number
  hours?: number
}

export interface Point {
  period: string
  release: number
  hidden: boolean
  n?: number
  rate?: number
  low?: number
  high?: number
  value?: Value
}

export type Rule = 'outside' | 'trend' | 'two_of_three' | 'shift'
export type Sense = 'improvement' | 'concern'
export type Assurance = 'pass' | 'hit_and_miss' | 'fail'

/** How limits are reckoned: from the changes between periods, or from how many answered. */
export type ChartKind = 'xmr' | 'p'

export interface ChartPoint {
  lower?: number
  upper?: number
  rule?: Rule
  sense?: Sense
}

export interface Chart {
  kind: ChartKind | 'none'
  mean?: number
  points: (ChartPoint | null)[]
  target?: number
  assurance?: Assurance
}

/** What the sentence on top of the chart is made of. */
export interface Says {
  kind: 'none' | 'few' | 'usual' | 'change' | 'by_unit'
  points?: number
  needed?: number
  rule?: Rule
  sense?: Sense
  up?: boolean
  count?: number
  target?: Assurance
}

export interface Headline {
  period: string
  n: number
  rate: number
  low: number
  high: number
  before?: number
}

export interface Response {
  period: string
  hidden: boolean
  percent?: number
}

export interface Note {
  period: string
  unit: string
  did: string
  by?: string
  at?: string
}

export interface Series {
  measure: string
  unit?: string
  cadence: Cadence
  points: Point[]
  chart: Chart
  headline?: Headline
  says: Says
  response: Response[]
  notes: Note[]
}

export interface CompareRow {
  unit: string
  hidden: boolean
  n?: number
  rate?: number
  low?: number
  high?: number
}

export interface Token {
  id: string
  name: string
  units: string[]
  madeBy: Person
  createdAt: string
  expiresAt: string
  endedAt?: string
  lastUsedOn?: string
}

export interface Webhook {
  id: string
  url: string
  createdAt: string
  endedAt?: string
  endedWhy?: 'gone' | 'removed' | 'no_access'
  lastAt?: string
  lastStatus?: number
  lastProblem?: string
}

export interface Subscription {
  on: boolean
  /** This server can send e-mail. */
  offered: boolean
  /** Never whole; absent while none is proven. */
  email?: string
}

/** Shown once, then nowhere. */
export interface Secret {
  id: string
  secret: string
}

export interface FunnelLine {
  n: number
  low95: number
  high95: number
  low998: number
  high998: number
}

export interface Compare {
  rows: CompareRow[]
  /** Of the rows that are shown; hidden when none is. */
  total?: Omit<CompareRow, 'unit'>
  funnel?: { centre: number; lines: FunnelLine[] }
}
