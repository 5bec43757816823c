import { beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import work from '../../messages/work/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { Refused, type Uploaded } from '../../lib/upload'
import type { Part } from '../../ui/pack/types'
import { UploadQueue } from '../../ui/upload/queue.svelte'
import VoiceForm from './VoiceForm.svelte'

const microphone = vi.hoisted(() => ({ quality: undefined as unknown, dropped: 0 }))
vi.mock('../../ui/voice/recorder', () => ({
  longest: 120,
  reading: { rate: 48_000 },
  canRecord: () => true,
  record: async (_ended: () => void, quality: unknown) => {
    microphone.quality = quality
    return { stop: async () => ({ type: 'audio/mp4', bytes: new TextEncoder().encode('said'), seconds: 7 }), drop: () => { microphone.dropped++ } }
  }
}))
const words = () => Promise.resolve([{ default: common }, { default: work }, { default: packWords }])
await startMessages({ en: words, ar: words }, 'en')

let sent: { type: string; text: string }[]
let done: Uploaded[]
let refuse: string | undefined
beforeEach(() => {
  sent = []
  done = []
  refuse = undefined
  document.body.innerHTML = '<div id="layer"></div>'
})

async function shown(part: Partial<Part> = {}): Promise<void> {
  const queue = new UploadQueue({
    paper: true,
    send: async (file) => {
      sent.push({ type: file.type, text: await file.text() })
      if (refuse) throw new Refused(refuse)
      return { id: 'v', w: 0, h: 0, colour: '', bytes: 4, name: 'voice.mp4', seconds: 7 }
    },
    ondone: (file) => void done.push(file)
  })
  await render(VoiceForm, { part: { key: 'day', words: 'Breakfast', photos: [], ...part }, src: (id: string, name: string) => `/files/${id}/${name}`, queue })
}

it('sends what was said once somebody has heard it and says so, and nothing before', async () => {
  await shown()
  await page.getByRole('button', { name: 'Record it here' }).click()
  await page.getByRole('button', { name: 'Start recording' }).click()
  expect(microphone.quality).toEqual({ rate: 48_000 })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect.element(page.getByRole('button', { name: /Play it 0:07/ })).toBeVisible()
  expect(sent).toEqual([])
  await page.getByRole('button', { name: 'Use this recording' }).click()
  await vi.waitFor(() => expect(done).toMatchObject([{ name: 'voice.mp4', seconds: 7 }]))
  expect(sent).toEqual([{ type: 'audio/mp4', text: 'said' }])
})

it('keeps nothing of what was said when it is let go of', async () => {
  await shown()
  await page.getByRole('button', { name: 'Record it here' }).click()
  await page.getByRole('button', { name: 'Start recording' }).click()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect.element(page.getByRole('button', { name: 'Record it here' })).toBeVisible()
  expect(sent).toEqual([])
})

it.each(['voice_video', 'voice_kind', 'voice_too_long', 'voice_too_big', 'voice_empty'] as const)('says why in a sentence of its own: %s', async (why) => {
  refuse = why
  await shown()
  const input = document.querySelector<HTMLInputElement>('input[type=file]')
  if (!input) throw new Error('no field')
  const list = new DataTransfer()
  list.items.add(new File(['x'], 'hello.mov', { type: 'video/quicktime' }))
  input.files = list.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await expect.element(page.getByRole('alert')).toHaveTextContent(work[`upload.refused.${why}`])
  expect(done).toEqual([])
})

it('says that a voice needs words, and lets it go', async () => {
  await shown({ words: ' ', voice: { id: 'v', name: 'voice.mp4', seconds: 7, bytes: 4 } })
  await expect.element(page.getByText('A voice without words: write what it says')).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Hear somebody there say it: A normal day, 0:07' })).toBeVisible()
  await page.getByRole('button', { name: 'Remove the voice' }).click()
})
