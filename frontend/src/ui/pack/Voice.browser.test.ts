import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import more from '../../messages/young-more/en.json'
import { forgetAll } from '../../lib/forget'
import { startMessages } from '../../lib/i18n.svelte'
import golden from './pack.golden.json'
import PartView from './PartView.svelte'
import type { Pack } from './types'

const words = () => Promise.resolve([{ default: common }, { default: more }, { default: packWords }])
await startMessages({ en: words, ar: words }, 'en')
const pack = golden as Pack

// A real recording: a tone, as this browser's own recorder writes it.
async function tone(ms: number): Promise<Blob> {
  const context = new AudioContext()
  const out = context.createMediaStreamDestination()
  const tuning = context.createOscillator()
  tuning.connect(out)
  tuning.start()
  const recorder = new MediaRecorder(out.stream, { mimeType: 'audio/webm;codecs=opus' })
  const parts: Blob[] = []
  recorder.ondataavailable = ({ data }) => parts.push(data)
  const over = new Promise((done) => { recorder.onstop = done })
  recorder.start()
  await new Promise((done) => setTimeout(done, ms))
  recorder.stop()
  await over
  await context.close()
  return new Blob(parts, { type: 'audio/webm' })
}

let asked: string[]
let answer: Response
beforeEach(() => {
  asked = []
  document.body.innerHTML = '<div id="layer"></div>'
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    return answer
  })
})
afterEach(() => vi.unstubAllGlobals())

const src = (id: string, name: string): string => `/api/young/next-place/files/${id}/${name}`
const play = () => page.getByRole('button', { name: 'Hear somebody there say it: A normal day, 0:08' })
const stop = () => page.getByRole('button', { name: 'Stop: A normal day' })

it('is fetched when somebody wants to hear it, plays, and can be stopped', async () => {
  const sound = await tone(1200)
  answer = new Response(sound, { headers: { 'Content-Type': 'audio/webm' } })
  await render(PartView, { pack, view: 'day', src })
  await expect.element(play()).toHaveTextContent('0:08')
  expect(asked).toEqual([])
  await play().click()
  await expect.element(stop()).toBeVisible()
  expect(asked).toEqual(['/api/young/next-place/files/01900000-0000-7000-8000-000000000006/voice.mp4'])
  expect(document.querySelector('audio')?.paused).toBe(false)
  await stop().click()
  await expect.element(play()).toBeVisible()
  expect(document.querySelector('audio')?.paused).toBe(true)
  // Once it is here it is asked for no more; and a page that has to forget forgets it.
  await play().click()
  await expect.element(stop()).toBeVisible()
  expect(asked).toHaveLength(1)
  forgetAll()
  await expect.poll(() => document.querySelector('audio')).toBeNull()
})

it('says that the words say the same where it can’t be played', async () => {
  answer = new Response('no', { status: 404 })
  await render(PartView, { pack, view: 'day', src })
  await play().click()
  await expect.element(page.getByRole('alert')).toHaveTextContent('This can’t be played here. The words say the same.')
  await expect.element(page.getByText('Breakfast from 7. School. Tea at 5:30.')).toBeVisible()
})

it('is not offered where it is not there, as in a copy without it', async () => {
  await render(PartView, { pack, view: 'day', src: () => undefined })
  await expect.element(page.getByText('Breakfast from 7. School. Tea at 5:30.')).toBeVisible()
  expect(document.querySelector('audio')).toBeNull()
  expect(play().elements()).toHaveLength(0)
})

it('plays out of the saved copy, and asks nobody', async () => {
  const url = URL.createObjectURL(await tone(1200))
  await render(PartView, { pack, view: 'day', src: () => url })
  await play().click()
  await expect.element(stop()).toBeVisible()
  expect(asked).toEqual([])
})
