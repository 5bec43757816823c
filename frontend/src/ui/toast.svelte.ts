// One short line at a time, said to screen readers too. Never the only place where something true is told.
import { onForget } from '../lib/forget'

export interface ToastAction {
  label: string
  run: () => void
}

export const toast = $state<{ text: string; action?: ToastAction }>({ text: '' })
let timer: ReturnType<typeof setTimeout> | undefined

export function showToast(text: string, action?: ToastAction): void {
  toast.text = text
  toast.action = action
  clearTimeout(timer)
  // Time enough to read and reach the button (WCAG 2.2.1: nothing here is lost when it goes).
  timer = setTimeout(hideToast, action ? 12_000 : 6000)
}

export function hideToast(): void {
  toast.text = ''
  toast.action = undefined
}

onForget(hideToast)
