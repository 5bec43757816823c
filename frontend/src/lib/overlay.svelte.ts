import { untrack } from 'svelte'

// While a sheet is open the page behind it is inert. The top bar (Help, Quick exit) never is.
export const overlay = $state({ open: 0 })

export function covering(): () => void {
  // Called in effects: reading the count there would make each one run again.
  untrack(() => overlay.open++)
  return () => untrack(() => overlay.open--)
}
