import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import Rate from './Rate.svelte'
import { type Subject, drafts, last } from './state.svelte'

const sent: Record<string, unknown>[] = []
const microphone = vi.hoisted(() => ({ allowed: true, dropped: 0, ended: (): void => undefined }))
vi.mock('../../lib/outbox-page.svelte', () => ({ sendTold: async (body: Record<string, unknown>) => void sent.push(body) }))
vi.mock('../../ui/voice/recorder', () => ({
  longest: 120,
  note: {},
  canRecord: () => true,
  record: async (ended: () => void) => {
    if (!microphone.allowed) throw new Error('denied')
    microphone.ended = ended
    return { stop: async () => ({ type: 'audio/webm', bytes: Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), seconds: 7 }), drop: () => { microphone.dropped++ } }
  }
}))

const words = () => Promise.resolve([{ default: common }, { default: young }, { default: more }])
await startMessages({ en: words, ar: words }, 'en')
const sam = { id: 'sam', name: 'Sam', avatar: 'a1' }
const subject: Subject = { key: 'sam', with: sam }

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  sent.length = 0
  Object.assign(microphone, { allowed: true, dropped: 0 })
  forgetAll()
})

async function speak(): Promise<void> {
  await page.getByRole('button', { name: 'Say it instead' }).click()
  await page.getByRole('button', { name: 'Start recording' }).click()
}

it('sends what was said with the answer, and says who hears it before', async () => {
  await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('radio', { name: 'Mostly' }).click()
  await speak()
  await expect.element(page.getByText('Nobody hears this unless you choose someone. If you need help now, send a card.')).toBeVisible()
  await expect.element(page.getByRole('timer')).toHaveTextContent(/1 minute and (59|60) seconds left/)
  await expect.element(page.getByRole('button', { name: 'Done' })).toBeDisabled()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect.element(page.getByRole('button', { name: /Play what you said 0:07/ })).toBeVisible()
  await expect.element(page.getByText('What you said is for you only. Switch on to tell Sam')).toBeVisible()
  await page.getByRole('switch', { name: 'Tell Sam' }).click()
  await expect.element(page.getByText('Sam will see your answer and hear you')).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await vi.waitFor(() => expect(sent).toMatchObject([{ listened: 4, voice: { type: 'audio/webm', data: 'GkXfow' }, tell: true }]))
  expect(JSON.stringify(last)).not.toContain('GkXfow')
})

it('stops by itself, and what is deleted is gone', async () => {
  await render(Rate, { subject, order: 'best_first' })
  await page.getByRole('radio', { name: 'Mostly' }).click()
  await speak()
  microphone.ended()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await expect.element(page.getByRole('button', { name: 'Start recording' })).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).not.toHaveProperty('voice')
})

it('says so when there is no microphone, and the words are still there to write', async () => {
  microphone.allowed = false
  await render(Rate, { subject, order: 'best_first' })
  await speak()
  await expect.element(page.getByRole('alert')).toHaveTextContent('Heard can’t use the microphone here. You can write instead.')
  await expect.element(page.getByRole('button', { name: 'Add words' })).toBeVisible()
})

it('keeps nothing of it when the sheet is closed or the page is locked', async () => {
  const first = await render(Rate, { subject, order: 'best_first' })
  await speak()
  await expect.element(page.getByRole('timer')).toBeVisible()
  await first.unmount()
  expect(microphone.dropped).toBe(1)
  await render(Rate, { subject, order: 'best_first' })
  await speak()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect.element(page.getByRole('button', { name: /Play what you said/ })).toBeVisible()
  forgetAll()
  expect(JSON.stringify(drafts)).not.toContain('GkXfow')
})
