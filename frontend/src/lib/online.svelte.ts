// Whether there is a way to the server, as far as the browser and the last call know.

export const online = $state({ browser: navigator.onLine, reached: true })

addEventListener('online', () => {
  online.browser = true
  online.reached = true
})
addEventListener('offline', () => {
  online.browser = false
})

/** Told by whoever called: the browser's own flag says "online" in every lift and behind every captive portal. */
export function reached(yes: boolean): void {
  online.reached = yes
}

export function isOnline(): boolean {
  return online.browser && online.reached
}
