// Opens a workbook as a spreadsheet program does: the ZIP, its shared texts, the cells of a sheet.
import { inflateRawSync } from 'node:zlib'

/** The files of a ZIP by name, from its directory at the end. */
export function unzipped(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed, named] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)]
    const name = zip.toString('utf8', at + 46, at + 46 + named)
    const local = zip.readUInt32LE(at + 42)
    const begins = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(begins, begins + packed)
    files.set(name, method === 8 ? inflateRawSync(bytes) : bytes)
    at += 46 + named + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return files
}

export type Cell = string | number

/** The first sheet, a row as an object by the headings of the first one. A text is a string, a number a number. */
export function sheet(workbook: Buffer): Record<string, Cell>[] {
  const files = unzipped(workbook)
  const xml = (name: string): string => {
    const file = files.get(name)
    if (!file) throw new Error(`the workbook has no ${name}, only ${[...files.keys()].join(', ')}`)
    return file.toString('utf8')
  }
  const texts = [...xml('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, inner = '']) => plain(inner))
  const rows = [...xml('xl/worksheets/sheet1.xml').matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, inner = '']) => {
    const cells = new Map<string, Cell>()
    for (const [, column = '', more = '', value = ''] of inner.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>(?:<f>.*?<\/f>)?<v>(.*?)<\/v>/gs)) {
      cells.set(column, more.includes('t="s"') ? (texts[Number(value)] ?? '') : Number(value))
    }
    return cells
  })
  const [headings = new Map<string, Cell>(), ...lines] = rows
  return lines.map((line) => Object.fromEntries([...line].map(([column, value]) => [headings.get(column) ?? column, value])))
}

function plain(xml: string): string {
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return xml.replaceAll(/<[^>]+>/g, '').replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => signs[name] ?? '')
}
