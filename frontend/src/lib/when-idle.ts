/** Runs once nobody has touched the device for so long. Returns how to stop watching. */
export function whenIdle(ms: number, run: () => void): () => void {
  let timer = setTimeout(run, ms)
  const again = (): void => {
    clearTimeout(timer)
    timer = setTimeout(run, ms)
  }
  const signs = ['pointerdown', 'keydown', 'scroll'] as const
  for (const sign of signs) addEventListener(sign, again, { passive: true, capture: true })
  return () => {
    clearTimeout(timer)
    for (const sign of signs) removeEventListener(sign, again, { capture: true })
  }
}
