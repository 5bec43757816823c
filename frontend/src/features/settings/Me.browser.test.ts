import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import type { OutboxItem } from '../../lib/outbox-types'
import { outbox } from '../../lib/outbox.svelte'
import Me from './Me.svelte'

await startMessages({ en: () => Promise.resolve([{ default: common }, { default: young }, { default: more }]), ar: () => Promise.resolve([]) }, 'en')
const said = (status: 'waiting' | 'refused', id: string): OutboxItem => ({ v: 2, what: 'move', id, createdAt: 0, attempts: 1, nextAt: 0, status, sealed: { v: 1, id, ticket: '', key: '', epk: '', iv: '', sealed: '' } })

it('promises to send only what can be sent, before somebody signs out', async () => {
  document.body.innerHTML = '<div id="layer"></div>'
  outbox.told = [said('waiting', 'a'), said('refused', 'b'), said('refused', 'c')]
  await render(Me, { onlock: () => undefined, onsignout: async () => undefined })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect.element(page.getByText(/^1 thing you said has not been sent yet/)).toBeVisible()
  await expect.element(page.getByText(/^Heard couldn’t take 2 things you said/)).toBeVisible()
  outbox.told = []
})
