/** The number on the app's icon. It carries how many wait, nothing of whom. Where the system has none, nothing happens. */
export function showBadge(waiting: number): void {
  const set = waiting > 0 ? navigator.setAppBadge?.(waiting) : navigator.clearAppBadge?.()
  set?.catch(() => undefined)
}
