// While a sheet is open the page behind it is inert. The top bar (Help, Quick exit) never is.
export const overlay = $state({ open: 0 })

export function covering(): () => void {
  overlay.open++
  return () => {
    overlay.open--
  }
}
