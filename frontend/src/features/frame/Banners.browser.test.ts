import { afterEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { setStalled } from '../../lib/live.svelte'
import { session } from '../../lib/session.svelte'
import Banners from './Banners.svelte'

const words = () => Promise.resolve([{ default: common }, { default: young }])
await startMessages({ en: words, ar: words }, 'en')
const props = { beforeUpdate: async () => undefined, onleave: vi.fn() }

afterEach(() => {
  setStalled(undefined)
  session.value = undefined
})

it('says a stall with a number to call, and takes it back when it is over', async () => {
  session.value = { signedIn: true, demo: false, serverTime: '', organisation: { name: '', keyworkerWord: '', aboutMeWord: '', dutyPhone: '01632960900' } }
  await render(Banners, props)
  expect(page.getByText('Heard is slow', { exact: false }).elements()).toHaveLength(0)
  setStalled('2026-11-21T14:00:00.000Z')
  await expect.element(page.getByRole('status')).toHaveTextContent('Heard is slow to tell people right now. Your card is kept. You can call 01632 960 900.')
  await expect.element(page.getByRole('link', { name: 'Call' })).toHaveAttribute('href', 'tel:01632960900')
  setStalled(undefined)
  await expect.element(page.getByRole('status')).not.toBeInTheDocument()
})

it('offers to leave a shared tablet, wherever one is', async () => {
  session.value = { signedIn: true, demo: false, shared: true, serverTime: '' }
  await render(Banners, props)
  await page.getByRole('button', { name: 'I’m done' }).click()
  expect(props.onleave).toHaveBeenCalledOnce()
})
