// What Chromium packs on disk, unpacked: LevelDB tables hold blocks compressed by Snappy.

function varint(from: Buffer, at: number): [value: number, next: number] {
  let value = 0
  let shift = 1
  for (let i = at; i < at + 6 && i < from.length; i++) {
    const byte = from[i] as number
    value += (byte & 0x7f) * shift
    if (byte < 0x80) return [value, i + 1]
    shift *= 128
  }
  throw new Error('not a number')
}

/** Unpacks a Snappy block; throws at what is none. */
export function unsnappy(packed: Buffer): Buffer {
  const [length, start] = varint(packed, 0)
  if (length > 64 << 20) throw new Error('not a block')
  const out = Buffer.alloc(length)
  let at = start
  let end = 0
  while (at < packed.length) {
    const tag = packed[at++] as number
    if ((tag & 3) === 0) {
      let size = tag >> 2
      if (size >= 60) {
        const bytes = size - 59
        size = packed.readUIntLE(at, bytes)
        at += bytes
      }
      size++
      if (at + size > packed.length || end + size > length) throw new Error('not a block')
      packed.copy(out, end, at, at + size)
      at += size
      end += size
      continue
    }
    let size: number
    let back: number
    if ((tag & 3) === 1) {
      size = ((tag >> 2) & 7) + 4
      back = ((tag >> 5) << 8) | (packed[at++] as number)
    } else {
      size = (tag >> 2) + 1
      const bytes = (tag & 3) === 2 ? 2 : 4
      back = packed.readUIntLE(at, bytes)
      at += bytes
    }
    if (back === 0 || back > end || end + size > length) throw new Error('not a block')
    // Byte by byte: a copy may reach into what it has just written.
    for (let i = 0; i < size; i++, end++) out[end] = out[end - back] as number
  }
  if (end !== length) throw new Error('not a block')
  return out
}

const footer = 48
const trailer = 5

function block(table: Buffer, offset: number, size: number): Buffer {
  const raw = table.subarray(offset, offset + size)
  return table[offset + size] === 1 ? unsnappy(raw) : raw
}

/** Every block of a LevelDB table, unpacked; none for another file. */
export function blocksOf(table: Buffer): Buffer[] {
  if (table.length < footer || table.readBigUInt64LE(table.length - 8) !== 0xdb4775248b80fb57n) return []
  let at = table.length - footer
  const next = (): number => {
    const [value, after] = varint(table, at)
    at = after
    return value
  }
  next() // the index of other indexes: it holds no values
  next()
  const index = block(table, next(), next())
  const found: Buffer[] = []
  const entries = index.length - 4 - 4 * index.readUInt32LE(index.length - 4)
  for (let i = 0; i < entries; ) {
    const [, key] = varint(index, i)
    const [rest, size] = varint(index, key)
    const [length, value] = varint(index, size)
    const handle = index.subarray(value + rest, value + rest + length)
    const [offset, after] = varint(handle, 0)
    const [bytes] = varint(handle, after)
    if (offset + bytes + trailer <= table.length) found.push(block(table, offset, bytes))
    i = value + rest + length
  }
  return found
}

/** A LevelDB log without the headers that cut its records at every 32 KiB. */
export function joined(log: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let from = 0; from < log.length; from += 32768) {
    const end = Math.min(from + 32768, log.length)
    for (let at = from; at + 7 <= end; ) {
      const size = log.readUInt16LE(at + 4)
      if (size === 0 && log[at + 6] === 0) break
      parts.push(log.subarray(at + 7, Math.min(at + 7 + size, end)))
      at += 7 + size
    }
  }
  return Buffer.concat(parts)
}
