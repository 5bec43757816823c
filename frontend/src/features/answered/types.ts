// What GET /answered answers: how cards are answered in the services this worker leads.
import type { Level } from '../../lib/types'

export interface ServiceAnswered {
  id: string
  name: string
  waiting: number
  oldest?: string
  now: { level: Level; n: number }[]
  week: { from: string; counted: number; inTime: number }
}

export interface Answered {
  services: ServiceAnswered[]
  serverTime: string
}
