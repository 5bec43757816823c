// iPhones, and some other phones, keep photos in forms that the server does not read. Where this browser can, it makes a
// JPEG of them here.
import { Refused } from './upload'

const brands = /^ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1|avif|avis)/
// Beyond this many pixels some phones give an empty canvas.
const most = 16_000_000
const quality = 0.92

async function isHeic(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(4, 12).arrayBuffer())
  return brands.test(String.fromCharCode(...head))
}

/** The photo as it can be sent: itself, or a JPEG of it. Where neither is possible, that is the answer. */
export async function readable(file: Blob): Promise<Blob> {
  if (!(await isHeic(file))) return file
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, Math.sqrt(most / (bitmap.width * bitmap.height)))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(bitmap.width * scale)
    canvas.height = Math.round(bitmap.height * scale)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    if (!jpeg) throw new Error('no picture')
    return jpeg
  } catch {
    throw new Refused('photo_heic')
  }
}

/** Twice as wide as high: very likely taken all the way round. Of a photo that can't be read here nothing is known. */
export async function looksRound(file: Blob): Promise<boolean | undefined> {
  try {
    const bitmap = await createImageBitmap(file)
    const round = Math.abs(bitmap.width / bitmap.height - 2) <= 0.04
    bitmap.close()
    return round
  } catch {
    return undefined
  }
}
