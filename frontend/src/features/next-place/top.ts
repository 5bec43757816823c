// What was pressed is gone from the page, or can be pressed no more: whoever sees or hears it begins at its top.
import { tick } from 'svelte'

export async function toTop(): Promise<void> {
  await tick()
  const main = document.getElementById('main')
  main?.parentElement?.scrollTo(0, 0)
  scrollTo(0, 0)
  main?.focus({ preventScroll: true })
}
