export type DutyState = 'none' | 'off' | 'asked' | 'on' | 'lapsed'

export interface DutyAnswer {
  /** Somebody plans here. Without a rota nobody is said to be off. */
  planned: boolean
  state: DutyState
  /** The shift of this moment. */
  shift?: { startsAt: string; endsAt: string; role: 'team' | 'cover' | 'on_call'; team: { id: string; name: string } }
  /** When the next test is due. */
  goodUntil?: string
  askedAt?: string
  /** The demo's: on duty without a phone behind it. */
  madeUp?: boolean
  nextShift?: { startsAt: string }
}
