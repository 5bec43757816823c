// What whoever takes a phone away finds on it: every byte of the browser's folder, and what is packed inside.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { blocksOf, joined } from './snappy'

export interface Find {
  word: string
  file: string
  how: string
}

export interface Searched {
  found: Find[]
  files: number
  bytes: number
}

/** Made-up words that no program and no dictionary holds. All begin alike, so that one pass finds any of them. */
export const stem = 'qzvjk'

export function madeUp(count: number): string[] {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  return Array.from({ length: count }, () => stem + Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => letters[byte % 26]).join(''))
}

export function seize(folder: string, words: string[]): Searched {
  const result: Searched = { found: [], files: 0, bytes: 0 }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = readFileSync(file)
    result.files++
    result.bytes += bytes.length
    const name = file.slice(folder.length + 1)
    for (const [how, content] of readings(entry.name, bytes)) {
      for (const word of wordsIn(content, words)) result.found.push({ word, file: name, how })
    }
  }
  return result
}

function* readings(name: string, bytes: Buffer): Generator<[string, Buffer]> {
  yield ['plain', bytes]
  if (extname(name) === '.log') yield ['log', joined(bytes)]
  for (const one of blocksOf(bytes)) yield ['table', one]
  for (const [how, unpack] of [['gzip', gunzipSync], ['brotli', brotliDecompressSync]] as const) {
    try {
      if (bytes.length > 0 && (how === 'brotli' || bytes.readUInt16BE(0) === 0x1f8b)) yield [how, unpack(bytes)]
    } catch {
      // It is not packed this way.
    }
  }
}

/** As bytes of UTF-8, of UTF-16 either way round, and in base64 of either alphabet. */
function* wordsIn(content: Buffer, words: string[]): Generator<string> {
  for (const encoding of ['latin1', 'utf16le'] as const) {
    const sought = Buffer.from(stem, encoding)
    for (let at = content.indexOf(sought); at >= 0; at = content.indexOf(sought, at + 1)) {
      const step = encoding === 'latin1' ? 1 : 2
      const read = content.subarray(at, at + 15 * step).toString(encoding)
      if (words.includes(read)) yield read
    }
  }
  for (const word of words) {
    for (let shift = 0; shift < 3; shift++) {
      // The part of the word that falls on whole groups of three bytes, wherever it begins.
      if (content.includes(Buffer.from(word.slice(shift, shift + 12), 'latin1').toString('base64'), 'latin1')) yield word
    }
  }
}
