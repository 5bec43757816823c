import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import { showToast, toast } from './toast.svelte'
import Toast from './Toast.svelte'

it('does what its button says, once it is out of the way', async () => {
  await render(Toast)
  let run = 0
  showToast('Recorded', {
    label: 'Undo',
    run: () => {
      run++
      showToast('Not recorded')
    }
  })
  await page.getByRole('button', { name: 'Undo' }).click()
  expect(run).toBe(1)
  expect(toast.text).toBe('Not recorded')
})
