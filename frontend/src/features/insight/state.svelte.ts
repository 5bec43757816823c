import type { ChartKind, Compare, Group, Measure, Overview, Secret, Series, Subscription, Token, Unit, Webhook } from './types'

export const insight = $state({
  overview: undefined as Overview | undefined,
  fault: undefined as unknown,
  series: undefined as Series | undefined,
  /** What the series on screen was asked with. */
  seriesOf: '',
  seriesFault: undefined as unknown,
  compare: undefined as Compare | undefined,
  compareOf: '',
  compareFault: undefined as unknown,
  busy: false,
  /** Why the last press did not go through. */
  pressFault: undefined as unknown
})

/** Where figures go by themselves. */
export const sharing = $state({
  tokens: undefined as Token[] | undefined,
  webhooks: undefined as Webhook[] | undefined,
  fault: undefined as unknown,
  /** What was just made: shown until it is put away, never again. */
  secret: undefined as Secret | undefined
})

/** Whether one is told of releases by e-mail. */
export const subscription = $state({
  value: undefined as Subscription | undefined,
  fault: undefined as unknown
})

export const groups = ['listened', 'answered', 'continuity', 'moves'] as const satisfies Group[]

/** Only pages whose figures exist are offered. */
export function groupsOf(overview: Overview | undefined): Group[] {
  return groups.filter((group) => overview?.measures.some((measure) => measure.group === group))
}

export interface Asked {
  measure: Measure | undefined
  /** Undefined: all of the organisation that may be seen. */
  unit: Unit | undefined
  view: 'time' | 'compare'
  chart: ChartKind
  period: string
}

/** What the address asks for, as far as it exists. One unit alone needs no choosing. */
export function asked(search: string, group: Group, overview: Overview | undefined): Asked {
  const query = new URLSearchParams(search)
  const measures = overview?.measures.filter((measure) => measure.group === group) ?? []
  const units = overview?.units ?? []
  const periods = overview?.releases.map((release) => release.period) ?? []
  const period = query.get('period') ?? ''
  return {
    measure: measures.find((measure) => measure.key === query.get('measure')) ?? measures[0],
    unit: units.find((unit) => unit.id === query.get('unit')) ?? (units.length === 1 ? units[0] : undefined),
    view: query.get('view') === 'compare' ? 'compare' : 'time',
    chart: query.get('chart') === 'p' ? 'p' : 'xmr',
    period: periods.includes(period) ? period : (newestFirst(overview)[0]?.period ?? '')
  }
}

export function newestFirst(overview: Overview | undefined): Overview['releases'] {
  return [...(overview?.releases ?? [])].sort((a, b) => b.number - a.number)
}

/** What a series on screen was asked with. */
export const seriesKey = (measure: string, unit: string, chart: ChartKind): string => `${measure} ${unit} ${chart}`

export function unitOf(overview: Overview | undefined, id: string): Unit | undefined {
  return overview?.units.find((unit) => unit.id === id)
}
