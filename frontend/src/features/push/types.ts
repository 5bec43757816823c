export type Health = 'good' | 'untested' | 'failing' | 'gone'

export interface Subscription {
  id: string
  label: string
  /** This very browser. */
  current?: boolean
  createdAt: string
  lastAcceptedAt?: string
  testedAt?: string
  health: Health
  lastProblem?: string
}

export interface PushAnswer {
  publicKey: string
  subscriptions: Subscription[]
}
