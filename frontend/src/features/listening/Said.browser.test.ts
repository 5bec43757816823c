import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import ar from '../../messages/young-more/ar.json'
import en from '../../messages/young-more/en.json'
import { setLocale, startMessages } from '../../lib/i18n.svelte'
import Said from './Said.svelte'
import type { SaidItem } from './types'

const items: SaidItem[] = [
  { period: '2026-Q3', label: 'July to September 2026', unit: 'Small services together', pool: true, tenths: 8, hidden: false, did: 'We moved the evening meeting to seven.' },
  { period: '2026-10', label: 'October 2026', unit: 'Riverside CAMHS', pool: false, hidden: true }
]
vi.mock('./api', () => ({ fetchSaid: async () => ({ items }) }))
await startMessages({ en: () => Promise.resolve([{ default: en }]), ar: () => Promise.resolve([{ default: ar }]) }, 'en')

it('names a pool in the language of whoever reads, and a service by its own name', async () => {
  for (const [language, words] of [['en', en], ['ar', ar]] as const) {
    await setLocale(language)
    const { unmount } = await render(Said)
    await expect.element(page.getByText(words['said.pool'], { exact: true })).toBeVisible()
    await expect.element(page.getByText('Riverside CAMHS', { exact: true })).toBeVisible()
    await expect.element(page.getByText(words['said.hidden'])).toBeVisible()
    await expect.element(page.getByText('We moved the evening meeting to seven.')).toBeVisible()
    if (language === 'ar') await expect.element(page.getByText('Small services together')).not.toBeInTheDocument()
    await unmount()
  }
  await setLocale('en')
})
