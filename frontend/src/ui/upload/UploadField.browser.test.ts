import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import en from '../../messages/work/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { session } from '../../lib/session.svelte'
import { type Uploaded, upload } from '../../lib/upload'
import type { Send } from './queue.svelte'
import { UploadQueue } from './queue.svelte'
import UploadField from './UploadField.svelte'

const words = () => Promise.resolve([{ default: common }, { default: en }])
await startMessages({ en: words, ar: words }, 'en')

const piece = 4
const send: Send = (file, options, round) => upload({ kind: round ? 'panorama' : 'photo', owner: { kind: 'place', id: 'oak' } }, file, options)

// A server that keeps what arrives; `faults` says what happens to the next pieces.
let calls: string[]
let arrived: Uint8Array
let begun: Record<string, unknown> | undefined
let faults: ('cut' | 'lost' | number)[]
let begin: { status: number; body: unknown } | undefined
let reason: string | undefined
let done: [Uploaded, boolean, string][]

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

beforeEach(() => {
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: '' }
  calls = []
  arrived = new Uint8Array()
  begun = begin = reason = undefined
  faults = []
  done = []
  vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
    const path = url.replace('/api/work', '')
    calls.push(`${options.method} ${path}`)
    if (options.method === 'POST') {
      if (begin) return answer(begin.status, begin.body)
      begun = JSON.parse(String(options.body))
      return answer(200, { id: 'u', offset: 0, piece })
    }
    if (options.method === 'DELETE') return new Response(null, { status: 204 })
    if (options.method === 'PUT') {
      const at = Number(path.split('/').at(-1))
      const bytes = new Uint8Array(await (options.body as Blob).arrayBuffer())
      const fault = faults.shift()
      if (fault === 'cut') throw new TypeError('network')
      if (typeof fault === 'number') return answer(fault, {})
      if (at !== arrived.length) return answer(409, { code: 'conflict', reason: 'offset' })
      arrived = new Uint8Array([...arrived, ...bytes])
      // It arrived, and its answer did not.
      if (fault === 'lost') throw new TypeError('network')
      return answer(200, { offset: arrived.length })
    }
    const size = Number(begun?.size ?? 0)
    if (arrived.length < size) return answer(200, { offset: arrived.length, size, state: 'receiving' })
    if (reason) return answer(200, { offset: size, size, state: 'refused', reason })
    return answer(200, { offset: size, size, state: 'done', file: { id: 'f', w: 40, h: 20, colour: '#102030', bytes: 99 } })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const photo = (bytes: string, name = 'bed.jpg'): File => new File([bytes], name, { type: 'image/jpeg' })
const pick = (...files: File[]): Promise<void> => pickAs('input[type=file]', ...files)
async function pickAs(field: string, ...files: File[]): Promise<void> {
  const input = document.querySelector<HTMLInputElement>(field)
  if (!input) throw new Error('no field')
  const list = new DataTransfer()
  for (const file of files) list.items.add(file)
  input.files = list.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
}
const shown = (more: Record<string, unknown> = {}) => render(UploadField, { label: 'Add a photo', multiple: true, send, ondone: (...all: [Uploaded, boolean, string]) => void done.push(all), ...more })
const pieces = (): string[] => calls.filter((one) => one.startsWith('PUT')).map((one) => one.split('/').at(-1) ?? '')

describe('a photo on its way', () => {
  it('goes in pieces and comes back as a file', async () => {
    await shown()
    await pick(photo('0123456789'))
    await vi.waitFor(() => expect(done).toHaveLength(1))
    expect(begun).toEqual({ kind: 'photo', owner: { kind: 'place', id: 'oak' }, size: 10 })
    expect(pieces()).toEqual(['0', '4', '8'])
    expect(new TextDecoder().decode(arrived)).toBe('0123456789')
    expect(done).toEqual([[{ id: 'f', w: 40, h: 20, colour: '#102030', bytes: 99 }, false, 'bed.jpg']])
    await expect.element(page.getByRole('progressbar')).not.toBeInTheDocument()
  })

  it('goes on where the server stands when a piece is lost, and says so meanwhile', async () => {
    faults = ['cut', 'cut']
    await shown()
    await pick(photo('0123456789'))
    await expect.element(page.getByText('Heard can’t be reached just now. 0 % is there; it goes on by itself.')).toBeVisible()
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(pieces()).toHaveLength(2))
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(done).toHaveLength(1))
    expect(new TextDecoder().decode(arrived)).toBe('0123456789')
  })

  it('sends no piece twice whose answer alone was lost', async () => {
    faults = ['lost']
    await shown()
    await pick(photo('0123456789'))
    await vi.waitFor(() => expect(calls).toContain('PUT /uploads/u/0'))
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(done).toHaveLength(1), { timeout: 4000 })
    expect(pieces()).toEqual(['0', '4', '8'])
    expect(arrived).toHaveLength(10)
  })

  it('is tried again from a fault of the server, and given up when it is not ours', async () => {
    faults = [503]
    await shown()
    await pick(photo('01234567'))
    await vi.waitFor(() => expect(done).toHaveLength(1), { timeout: 4000 })
    faults = [404]
    begun = undefined
    arrived = new Uint8Array()
    await pick(photo('01234567'))
    await expect.element(page.getByRole('alert')).toBeVisible()
    expect(done).toHaveLength(1)
  })

  it('can be stopped, and is dropped at the server then', async () => {
    faults = ['cut']
    await shown()
    await pick(photo('0123456789'))
    await page.getByRole('button', { name: 'Stop sending bed.jpg' }).click()
    await vi.waitFor(() => expect(calls).toContain('DELETE /uploads/u'))
    await expect.element(page.getByText('bed.jpg')).not.toBeInTheDocument()
    expect(done).toEqual([])
  })

  it('waits for the one before it', async () => {
    let release = (): void => undefined
    const first = new Promise<void>((resolve) => { release = resolve })
    const order: string[] = []
    const queue = new UploadQueue({
      send: async (file) => {
        const text = await file.text()
        order.push(text)
        if (text === 'one') await first
        return { id: text, w: 1, h: 1, colour: '', bytes: 1 }
      },
      ondone: (file) => void order.push(`done ${file.id}`)
    })
    await queue.add([photo('one', 'a'), photo('two', 'b')])
    await vi.waitFor(() => expect(order).toEqual(['one']))
    release()
    await vi.waitFor(() => expect(order).toEqual(['one', 'done one', 'two', 'done two']))
  })
})

describe('a photo that can’t be taken', () => {
  const heic = new File([new Uint8Array([0, 0, 0, 24]), 'ftypheic', 'rest'], 'IMG_1.HEIC')

  it('of an iPhone is made a JPEG here', async () => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 8
    const bitmap = await createImageBitmap(canvas)
    vi.stubGlobal('createImageBitmap', async () => bitmap)
    await shown()
    await pick(heic)
    await vi.waitFor(() => expect(done).toHaveLength(1))
    expect([...arrived.slice(0, 3)]).toEqual([0xff, 0xd8, 0xff])
  })

  it('of an iPhone is refused with what to do where this browser can’t read it, and nothing is sent', async () => {
    vi.stubGlobal('createImageBitmap', async () => { throw new Error('no') })
    await shown()
    await pick(heic)
    await expect.element(page.getByRole('alert')).toHaveTextContent('choose Settings, Camera, Formats, “Most Compatible”')
    expect(calls).toEqual([])
  })

  it('is refused before anything is sent when there is nothing in it', async () => {
    await shown()
    await pick(photo(''))
    await expect.element(page.getByRole('alert')).toHaveTextContent('There is nothing in this file.')
    expect(calls).toEqual([])
  })

  it.each(['photo_empty', 'photo_too_big', 'photo_kind', 'photo_heic', 'photo_moving', 'photo_too_many', 'photo_too_small', 'photo_cut', 'photo_broken', 'photo_shape'] as const)('says why in a sentence of its own: %s', async (why) => {
    reason = why
    await shown()
    await pick(photo('0123'))
    await expect.element(page.getByRole('alert')).toHaveTextContent(en[`upload.refused.${why}`])
    expect(done).toEqual([])
    await page.getByRole('button', { name: 'Take it off the list' }).click()
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument()
  })

  it('says why it was not even begun', async () => {
    begin = { status: 422, body: { code: 'invalid', reason: 'photo_too_big' } }
    await shown()
    await pick(photo('0123'))
    await expect.element(page.getByRole('alert')).toHaveTextContent(en['upload.refused.photo_too_big'])
  })
})

it('asks about a photo twice as wide as high, and sends it as what it is said to be', async () => {
  vi.stubGlobal('createImageBitmap', async () => ({ width: 400, height: 200, close: () => undefined }))
  const queue = new UploadQueue({ send, ondone: (...all) => void done.push(all), round: true })
  await shown({ queue })
  await pick(photo('0123', 'room.jpg'))
  await expect.element(page.getByText(en['upload.round'])).toBeVisible()
  expect(calls).toEqual([])
  await page.getByRole('button', { name: 'Yes, all the way round' }).click()
  await vi.waitFor(() => expect(done).toHaveLength(1))
  expect(begun?.kind).toBe('panorama')
  expect(done[0]?.[1]).toBe(true)
})

describe('a photo that is said to be taken all the way round', () => {
  const field = 'input[id$=-round]'
  const allRound = () => shown({ round: 'Add a 360° photo', queue: new UploadQueue({ send, ondone: (...all) => void done.push(all), round: true }) })

  it('is sent as one when it looks like one', async () => {
    vi.stubGlobal('createImageBitmap', async () => ({ width: 400, height: 200, close: () => undefined }))
    await allRound()
    await pickAs(field, photo('0123', 'room.jpg'))
    await vi.waitFor(() => expect(done).toHaveLength(1))
    expect([begun?.kind, done[0]?.[1]]).toEqual(['panorama', true])
  })

  it('is told that it is none before anything is sent, and can go as what it is', async () => {
    vi.stubGlobal('createImageBitmap', async () => ({ width: 400, height: 300, close: () => undefined }))
    await allRound()
    await pickAs(field, photo('0123', 'room.jpg'))
    await expect.element(page.getByRole('alert')).toHaveTextContent(en['upload.refused.photo_shape'])
    expect(calls).toEqual([])
    await page.getByRole('button', { name: 'Send it as a plain photo' }).click()
    await vi.waitFor(() => expect(done).toHaveLength(1))
    expect([begun?.kind, done[0]?.[1]]).toEqual(['photo', false])
  })

  it('is left to the server where this browser can\'t read it', async () => {
    vi.stubGlobal('createImageBitmap', async () => { throw new Error('no decoder') })
    reason = 'photo_shape'
    await allRound()
    await pickAs(field, photo('0123', 'room.jpg'))
    await expect.element(page.getByRole('alert')).toHaveTextContent(en['upload.refused.photo_shape'])
    expect(begun?.kind).toBe('panorama')
  })
})
