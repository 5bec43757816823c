import { staffApi } from '../../lib/staff-api'
import type { ChartKind, Compare, Overview, Secret, Series, Subscription, Token, Webhook } from './types'

const query = (params: Record<string, string>): string => new URLSearchParams(Object.entries(params).filter(([, value]) => value)).toString()

export const getOverview = () => staffApi().get<Overview>('/overview', { background: true })
export const getSeries = (measure: string, unit: string, chart: ChartKind) => staffApi().get<Series>(`/series?${query({ measure, unit, chart: chart === 'p' ? 'p' : '' })}`)
export const getCompare = (measure: string, period: string) => staffApi().get<Compare>(`/compare?${query({ measure, period })}`)
export const putNote = (release: number, unit: string, did: string) => staffApi().put<unknown>(`/releases/${release}/note`, { unit, did })
export const putTarget = (measure: string, percent: number | null) => staffApi().put<unknown>('/targets', { measure, percent })

const part = encodeURIComponent
export const getTokens = () => staffApi().get<{ tokens: Token[] }>('/tokens').then((answer) => answer.tokens)
export const postToken = (name: string, units: string[], expiresAt: string) => staffApi().post<Secret>('/tokens', { name, units, expiresAt })
export const deleteToken = (id: string) => staffApi().delete<unknown>(`/tokens/${part(id)}`)
export const getWebhooks = () => staffApi().get<{ webhooks: Webhook[] }>('/webhooks').then((answer) => answer.webhooks)
export const postWebhook = (url: string) => staffApi().post<Secret>('/webhooks', { url })
export const deleteWebhook = (id: string) => staffApi().delete<unknown>(`/webhooks/${part(id)}`)

export const getSubscription = () => staffApi().get<Subscription>('/subscription', { background: true })
export const postSubscription = () => staffApi().post<unknown>('/subscription')
export const deleteSubscription = () => staffApi().delete<unknown>('/subscription')

export const fileKinds = ['export.csv', 'export.xlsx', 'report.html', 'measure-report.json'] as const
export type FileKind = (typeof fileKinds)[number]

/** Files come by a plain link: the browser saves what the server sends; the report it shows. */
export const fileAddress = (kind: FileKind, measure: string, unit: string): string => `/api/insight/${kind}?${query({ measure, unit })}`
