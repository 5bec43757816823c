import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import RefusedList from './RefusedList.svelte'

let refused: object[] = []
vi.mock('./card-api', () => ({ fetchRefused: async () => ({ refused }) }))
const words = () => Promise.resolve([{ default: more }])
await startMessages({ en: words, ar: words }, 'en')

it('calls each refused thing what it was, and shows nothing when there is none', async () => {
  const { unmount } = await render(RefusedList)
  expect(document.querySelector('h2')).toBeNull()
  await unmount()
  refused = ['card', 'answer', 'contact', 'session_feedback', undefined, 'something_newer'].map((what) => ({ at: '2026-11-20T09:00:00.000Z', what, reason: 'future' }))
  await render(RefusedList)
  await expect.element(page.getByRole('heading', { name: 'Could not be taken' })).toBeVisible()
  expect([...document.querySelectorAll('li strong')].map((one) => one.textContent)).toEqual(['A card', 'An answer', 'Someone you saw', 'Answers with your name on them', 'Something you sent', 'Something you sent'])
})
