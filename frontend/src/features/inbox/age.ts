/** How long a card has waited, as a number a worker reads at a glance: 3:40, 11 min, 2 h 05, 3 d. */

export type Age =
  | { unit: 'clock'; text: string }
  | { unit: 'minutes'; minutes: number }
  | { unit: 'hours'; hours: number; minutes: number }
  | { unit: 'days'; days: number }

const MINUTE = 60_000

/** Below ten minutes seconds count; above, a ticking second would only draw the eye. */
export function ageOf(sinceIso: string, now: number): Age {
  // A phone whose clock runs behind must not show a negative wait.
  const waited = Math.max(0, now - Date.parse(sinceIso))
  const minutes = Math.floor(waited / MINUTE)
  if (minutes < 10) {
    const seconds = Math.floor((waited % MINUTE) / 1000)
    return { unit: 'clock', text: `${minutes}:${String(seconds).padStart(2, '0')}` }
  }
  if (minutes < 60) return { unit: 'minutes', minutes }
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return { unit: 'hours', hours, minutes: minutes % 60 }
  return { unit: 'days', days: Math.floor(hours / 24) }
}
