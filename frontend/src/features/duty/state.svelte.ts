import type { DutyAnswer } from './types'

export const duty = $state({
  value: undefined as DutyAnswer | undefined,
  fault: undefined as unknown,
  busy: false,
  /** Why the last press did not go through. */
  pressFault: undefined as unknown
})

export type Standing =
  | { kind: 'none'; next?: string }
  | { kind: 'off' | 'lapsed'; until: string }
  | { kind: 'asked'; until: string; at?: string }
  | { kind: 'on'; until: string; test?: string }

/** What may be said of a worker's duty now. A shift that has ended is none, even before the server was asked again; and
 *  nobody is told that they are on after their last test has run out. */
export function standing(value: DutyAnswer | undefined, now: number): Standing | undefined {
  if (!value?.planned) return undefined
  const { shift, state } = value
  const next = value.nextShift?.startsAt
  if (!shift || state === 'none' || now >= Date.parse(shift.endsAt)) return { kind: 'none', next }
  // On a shift, and the test has not even been sent: there is nothing to wait for.
  if (state === 'asked' && !value.askedAt) return { kind: 'off', until: shift.endsAt }
  if (state === 'asked') return { kind: 'asked', until: shift.endsAt, at: value.askedAt }
  if (state !== 'on') return { kind: state, until: shift.endsAt }
  const good = value.goodUntil
  if (good && now >= Date.parse(good)) return { kind: 'lapsed', until: shift.endsAt }
  return { kind: 'on', until: shift.endsAt, test: good && good < shift.endsAt ? good : undefined }
}

/** The shift that ends within half an hour: time to hand over what is still open. */
export function endingSoon(value: DutyAnswer | undefined, now: number): string | undefined {
  const end = value?.shift?.endsAt
  if (!end || value?.state === 'none') return undefined
  const left = Date.parse(end) - now
  return left > 0 && left <= 30 * 60_000 ? end : undefined
}
