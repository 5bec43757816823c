// What may be set: long enough to come, short enough that nobody waits untold.
import type { LimitKind, Limits } from './types'

export const defaults: Limits = { notSafe: 120, sitWithMe: 300, other: 1800 }
export const bounds: Record<LimitKind, { least: number; most: number }> = {
  notSafe: { least: 0.5, most: 10 },
  sitWithMe: { least: 1, most: 30 },
  other: { least: 5, most: 240 }
}

/** Seconds as a person types minutes: "2", "1.5". */
export function minutesOf(seconds: number): string {
  return String(Math.round((seconds / 60) * 100) / 100)
}

/** Minutes as typed, in seconds; nothing when it is no number or not within what may be set. */
export function secondsOf(text: string, kind: LimitKind): number | undefined {
  const plain = text.trim().replace(',', '.')
  if (!/^\d+(\.\d+)?$/.test(plain)) return undefined
  const minutes = Number(plain)
  const { least, most } = bounds[kind]
  return minutes >= least && minutes <= most ? Math.round(minutes * 60) : undefined
}
