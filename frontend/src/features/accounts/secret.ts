// The first guesses of anyone who picks up the phone. The server counts tries; this keeps the first three from working.

/** 000000, 123456, 654321, 121212, and one picture four times. */
export function tooSimple(secret: string): boolean {
  const parts = secret.includes('-') ? secret.split('-') : [...secret]
  if (new Set(parts).size === 1) return true
  if (secret.includes('-')) return false
  const steps = parts.slice(1).map((digit, i) => Number(digit) - Number(parts[i]))
  if (new Set(steps).size === 1 && Math.abs(steps[0] ?? 0) === 1) return true
  return secret.slice(0, 2).repeat(3) === secret || secret.slice(0, 3).repeat(2) === secret
}
