import { tick } from 'svelte'

/** Brings whoever sent a form to the first field that something is wrong with. */
export async function toWrong(form: HTMLFormElement): Promise<void> {
  await tick()
  form.querySelector<HTMLElement>('[aria-invalid]')?.focus()
}
