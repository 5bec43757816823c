// Days and times as they are typed, by this device's own clock.
const two = (part: number): string => String(part).padStart(2, '0')

/** "2026-11-27" */
export function dateOf(at: string | number): string {
  const local = new Date(at)
  return `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`
}

/** "14:30" */
export function clockOf(at: string | number): string {
  const local = new Date(at)
  return `${two(local.getHours())}:${two(local.getMinutes())}`
}

/** The moment typed as a day and a time, or nothing when it is none: not the 31st of February either. */
export function momentAt(date: string, clock: string): string | undefined {
  const at = new Date(`${date}T${clock}`)
  if (Number.isNaN(at.getTime()) || dateOf(at.getTime()) !== date || clockOf(at.getTime()) !== clock) return undefined
  return at.toISOString()
}
