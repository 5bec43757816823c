import * as server from './api'
import { insight, seriesKey, sharing, subscription } from './state.svelte'
import type { ChartKind, Secret } from './types'

// An older answer that comes late must not overwrite a newer one, nor come back after the place has closed.
let overviews = 0
let serieses = 0
let compares = 0

export async function loadOverview(): Promise<void> {
  const mine = ++overviews
  try {
    const overview = await server.getOverview()
    if (mine === overviews) Object.assign(insight, { overview, fault: undefined })
  } catch (fault) {
    if (mine === overviews) insight.fault = fault
  }
}

export async function loadSeries(measure: string, unit: string, chart: ChartKind): Promise<void> {
  const mine = ++serieses
  insight.seriesFault = undefined
  try {
    const series = await server.getSeries(measure, unit, chart)
    if (mine === serieses) Object.assign(insight, { series, seriesOf: seriesKey(measure, unit, chart) })
  } catch (fault) {
    if (mine === serieses) insight.seriesFault = fault
  }
}

export async function loadCompare(measure: string, period: string): Promise<void> {
  const mine = ++compares
  insight.compareFault = undefined
  try {
    const compare = await server.getCompare(measure, period)
    if (mine === compares) Object.assign(insight, { compare, compareOf: `${measure} ${period}` })
  } catch (fault) {
    if (mine === compares) insight.compareFault = fault
  }
}

export function forgetInsight(): void {
  overviews++
  serieses++
  compares++
  Object.assign(insight, {
    overview: undefined, fault: undefined, series: undefined, seriesOf: '', seriesFault: undefined,
    compare: undefined, compareOf: '', compareFault: undefined, busy: false, pressFault: undefined
  })
  Object.assign(subscription, { value: undefined, fault: undefined })
  Object.assign(sharing, { tokens: undefined, webhooks: undefined, fault: undefined, secret: undefined })
}

/** One press at a time; what stands on screen is read again after it. */
async function press(act: () => Promise<unknown>, again: () => Promise<unknown>): Promise<boolean> {
  if (insight.busy) return false
  insight.busy = true
  insight.pressFault = undefined
  try {
    await act()
    await again()
    return true
  } catch (fault) {
    insight.pressFault = fault
    return false
  } finally {
    insight.busy = false
  }
}

/** The series on screen again, drawn as it was. */
const sameSeries = (unit: string): Promise<void> => {
  const { series } = insight
  return series ? loadSeries(series.measure, unit, series.chart.kind === 'p' ? 'p' : 'xmr') : Promise.resolve()
}

export const saveNote = (release: number, unit: string, did: string): Promise<boolean> => press(() => server.putNote(release, unit, did), () => sameSeries(unit))

export const saveTarget = (measure: string, unit: string, percent: number | null): Promise<boolean> =>
  press(() => server.putTarget(measure, percent), () => Promise.all([loadOverview(), sameSeries(unit)]))

export async function loadSharing(): Promise<void> {
  try {
    const [tokens, webhooks] = await Promise.all([server.getTokens(), server.getWebhooks()])
    Object.assign(sharing, { tokens, webhooks, fault: undefined })
  } catch (fault) {
    sharing.fault = fault
  }
}

async function made(act: Promise<Secret>): Promise<void> {
  sharing.secret = await act
}

export const addToken = (name: string, units: string[], expiresAt: string): Promise<boolean> => press(() => made(server.postToken(name, units, expiresAt)), loadSharing)
export const addWebhook = (url: string): Promise<boolean> => press(() => made(server.postWebhook(url)), loadSharing)
export const endToken = (id: string): Promise<boolean> => press(() => server.deleteToken(id), loadSharing)
export const endWebhook = (id: string): Promise<boolean> => press(() => server.deleteWebhook(id), loadSharing)

export async function loadSubscription(): Promise<void> {
  try {
    Object.assign(subscription, { value: await server.getSubscription(), fault: undefined })
  } catch (fault) {
    subscription.fault = fault
  }
}

export const saveSubscription = (on: boolean): Promise<boolean> => press(on ? server.postSubscription : server.deleteSubscription, loadSubscription)
