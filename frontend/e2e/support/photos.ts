// Photos as a phone takes them, with where they were taken written inside, and their way up in pieces.
import type { Page } from '@playwright/test'
import { call } from '../fixtures'
import { until } from './until'

export interface Shot {
  id: string
  w: number
  h: number
  colour: string
}

interface Upload {
  id: string
  offset: number
  piece?: number
  state?: 'receiving' | 'working' | 'done' | 'refused'
  reason?: string
  file?: Shot
}

/** Draws a picture in the page and gives it as JPEG, with a camera's name and a place on Earth in its EXIF. */
export async function photo(page: Page, width: number, height: number, camera: string, hue = 200): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([width, height, hue]) => {
      const canvas = document.createElement('canvas')
      canvas.width = width as number
      canvas.height = height as number
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D
      for (let i = 0; i < 24; i++) {
        pen.fillStyle = `hsl(${(hue as number) + i * 3} 45% ${35 + i * 2}%)`
        pen.fillRect((i * canvas.width) / 24, ((i % 5) * canvas.height) / 9, canvas.width / 3, canvas.height)
      }
      return canvas.toDataURL('image/jpeg', 0.9).split(',')[1] as string
    },
    [width, height, hue] as const
  )
  const plain = Buffer.from(base64, 'base64')
  return Buffer.concat([plain.subarray(0, 2), exif(camera), plain.subarray(2)])
}

/** A picture with as much detail as photos have, which no format makes small. */
export async function grainy(page: Page, width: number, height: number, seed: number): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([width, height, seed]) => {
      const canvas = document.createElement('canvas')
      canvas.width = width as number
      canvas.height = height as number
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D
      const picture = pen.createImageData(canvas.width, canvas.height)
      let state = (seed as number) + 1
      for (let i = 0; i < picture.data.length; i += 4) {
        const [x, y] = [(i / 4) % canvas.width, Math.floor(i / 4 / canvas.width)]
        state = (Math.imul(state, 1103515245) + 12345) >>> 0
        const light = 128 + 60 * Math.sin(x / 90 + (seed as number)) * Math.cos(y / 70) + 30 * Math.sin((x + y) / 7) + ((state >>> 16) % 24) - 12
        picture.data.set([light, light * 0.9, 160 - light / 3, 255], i)
      }
      pen.putImageData(picture, 0, 0)
      return canvas.toDataURL('image/jpeg', 0.92).split(',')[1] as string
    },
    [width, height, seed] as const
  )
  return Buffer.from(base64, 'base64')
}

/** An APP1 segment: the camera, and latitude 51° 23' 12" north. */
function exif(camera: string): Buffer {
  const text = Buffer.from(`${camera}\0`)
  const words = 8 + 2 + 2 * 12 + 4
  const gps = words + text.length + (text.length % 2)
  const entry = (tag: number, type: number, count: number, value: number): Buffer => {
    const out = Buffer.alloc(12)
    out.writeUInt16LE(tag, 0)
    out.writeUInt16LE(type, 2)
    out.writeUInt32LE(count, 4)
    out.writeUInt32LE(value, 8)
    return out
  }
  const number = (value: number, bytes: 2 | 4): Buffer => {
    const out = Buffer.alloc(bytes)
    out.writeUIntLE(value, 0, bytes)
    return out
  }
  const latitude = gps + 2 + 2 * 12 + 4
  const tiff = Buffer.concat([
    Buffer.from('II*\0'),
    number(8, 4),
    number(2, 2),
    entry(0x010f, 2, text.length, words),
    entry(0x8825, 4, 1, gps),
    number(0, 4),
    text,
    Buffer.alloc(text.length % 2),
    number(2, 2),
    entry(1, 2, 2, 0x4e),
    entry(2, 5, 3, latitude),
    number(0, 4),
    ...[51, 1, 23, 1, 12, 1].map((value) => number(value, 4))
  ])
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** Puts a file up as the app does, piece by piece, and gives it when it has been cleaned. */
export async function putUp(page: Page, kind: 'photo' | 'panorama', owner: { kind: 'place' | 'move'; id: string }, bytes: Buffer): Promise<Shot> {
  const upload = await call<Upload & { piece: number }>(page, 'POST', '/api/work/uploads', { kind, owner, size: bytes.length })
  for (let at = 0; at < bytes.length; at += upload.piece) {
    const status = await page.evaluate(
      async ({ path, base64 }) => {
        const { csrf } = await (await fetch('/api/work/session')).json()
        const body = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        return (await fetch(path, { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream', 'X-Heard-CSRF': csrf }, body })).status
      },
      { path: `/api/work/uploads/${upload.id}/${at}`, base64: bytes.subarray(at, at + upload.piece).toString('base64') }
    )
    if (status >= 300) throw new Error(`a piece at ${at} was answered ${status}`)
  }
  return until('the picture to be clean', async () => {
    const { state, reason, file } = await call<Upload>(page, 'GET', `/api/work/uploads/${upload.id}`)
    if (state === 'refused') throw new Error(`the picture was refused: ${reason}`)
    return state === 'done' ? file : undefined
  })
}
