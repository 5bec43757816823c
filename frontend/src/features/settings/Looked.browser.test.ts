import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import Looked from './Looked.svelte'

const what = ['card', 'cards', 'told', 'session_feedback', 'family_link', 'something_newer']
const rows = what.map((one) => ({ who: { id: 'sam', name: 'Sam', avatar: 'a1' }, what: one, at: '2026-11-20T09:00:00.000Z' }))
vi.mock('../../lib/http', async (original) => ({ ...(await original<object>()), api: () => ({ get: async () => ({ rows }) }) }))
const words = () => Promise.resolve([{ default: more }])
await startMessages({ en: words, ar: words }, 'en')

it('says of each look what was opened, and of one it does not know that there was one', async () => {
  await render(Looked)
  await expect.element(page.getByText('Sam opened a card')).toBeVisible()
  expect([...document.querySelectorAll('li strong')].map((one) => one.textContent)).toEqual([
    'Sam opened a card',
    'Sam looked at the list of your cards',
    'Sam read an answer you told them',
    'Sam took the answers with your name on them out of Heard',
    'Sam made a link so that your family or a carer can answer',
    'Sam opened something of yours'
  ])
})
