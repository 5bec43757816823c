import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import young from '../../messages/young/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import Feedback from './Feedback.svelte'
import { type Asked, askedAbout, feedback, offered } from './feedback.svelte'

const sent: Record<string, unknown>[] = []
const kept = new Map<string, unknown>()
vi.mock('../../lib/outbox-page.svelte', () => ({ sendTold: async (body: Record<string, unknown>) => void sent.push(body) }))
vi.mock('../../lib/vault', () => ({ vaultGet: async (name: string) => kept.get(name), vaultSet: async (name: string, value: unknown) => void kept.set(name, value) }))

const words = () => Promise.resolve([{ default: common }, { default: young }, { default: more }])
await startMessages({ en: words, ar: words }, 'en')
const asked: Asked = { contact: { id: 'c1', kind: 'session', at: new Date().toISOString(), with: { id: 'sam', name: 'Sam', avatar: 'a1' } }, service: 'Riverside CAMHS' }

beforeEach(() => {
  document.body.innerHTML = '<div id="layer"></div>'
  sent.length = 0
  kept.clear()
  forgetAll()
  feedback.open = [asked]
  feedback.keyworkers = [{ id: 'sam', name: 'Sam', avatar: 'a1' }, { id: 'jo', name: 'Jo', avatar: 'a2' }]
})

it('says whose name is on it, where it goes and who reads it before it asks anything', async () => {
  await render(Feedback, { asked })
  for (const said of ['This one has your name on it.', 'Riverside CAMHS puts it into your file.', 'Sam, Jo and the people who lead there can read it.', 'You don’t have to.']) await expect.element(page.getByText(said)).toBeVisible()
  expect(page.getByRole('radio').elements()).toHaveLength(0)
  await page.getByRole('button', { name: 'No, thanks' }).click()
  await vi.waitFor(() => expect(kept.get('feedback')).toEqual(['c1']))
  expect(sent).toEqual([])
  expect(offered(() => true)).toBeUndefined()
})

it('sends four scores, all four or nothing, and says once more where they go', async () => {
  await render(Feedback, { asked })
  await page.getByRole('button', { name: 'Yes, ask me' }).click()
  const answers = ['5, Totally', '1, Not at all', '3, Somewhat', '2, Only a little']
  for (const [i, name] of answers.entries()) {
    await expect.element(page.getByRole('button', { name: 'Done' })).not.toBeInTheDocument()
    await page.getByRole('group').nth(i).getByRole('radio', { name }).click()
  }
  await expect.element(page.getByText('With your name, into your file at Riverside CAMHS.')).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await vi.waitFor(() => expect(sent).toMatchObject([{ what: 'session_feedback', contact: 'c1', scores: [5, 1, 3, 2] }]))
  expect(Object.keys(sent[0] ?? {}).sort()).toEqual(['contact', 'id', 'scores', 'what'])
  expect(offered(() => true)).toBeUndefined()
})

it('is offered only after an answer about that contact, and not once it is in the file', () => {
  expect(offered(() => false)).toBeUndefined()
  expect(offered((contact) => contact === 'c1')?.service).toBe('Riverside CAMHS')
  feedback.mine = [{ ...asked, contact: { ...asked.contact, id: 'c2' }, scores: [1, 2, 3, 4] }, { ...asked, contact: { ...asked.contact, id: 'c3' }, inFile: true }]
  expect(askedAbout('c2')?.scores).toEqual([1, 2, 3, 4])
  expect(askedAbout('c3')).toBeUndefined()
})
