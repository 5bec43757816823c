// Quick exit: blank at once, then a plain page in place of this one. No animation, no request to anyone else.

const away = '/neutral.html'
const mark = 'heard-left'

function goAway(): void {
  document.documentElement.dataset.gone = ''
  document.body.replaceChildren()
  document.title = ''
  location.replace(away)
}

/** `before` runs after the screen is blank; it must not wait for anything. */
export function leave(before?: () => void): void {
  document.documentElement.dataset.gone = ''
  document.body.replaceChildren()
  document.title = ''
  try {
    sessionStorage.setItem(mark, '1')
  } catch {
    // Then the browser's own "back" can still lead here, as Help says.
  }
  before?.()
  location.replace(away)
}

/** Coming back by the browser's "back" shows the plain page again; opening Heard anew opens Heard. */
export function leftBefore(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  let marked = false
  try {
    marked = sessionStorage.getItem(mark) === '1'
    if (marked && entry?.type !== 'back_forward') sessionStorage.removeItem(mark)
  } catch {
    return false
  }
  if (!marked || entry?.type !== 'back_forward') return false
  goAway()
  return true
}

/** Shift three times within a second and a half, and nothing between. */
export function onThreeShifts(run: () => void): () => void {
  let presses: number[] = []
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Shift') {
      presses = []
      return
    }
    if (event.repeat) return
    presses = [...presses.filter((at) => event.timeStamp - at < 1500), event.timeStamp]
    if (presses.length >= 3) run()
  }
  const restored = (event: PageTransitionEvent): void => {
    if (event.persisted && 'gone' in document.documentElement.dataset) goAway()
  }
  addEventListener('keydown', key)
  addEventListener('pageshow', restored)
  return () => {
    removeEventListener('keydown', key)
    removeEventListener('pageshow', restored)
  }
}
