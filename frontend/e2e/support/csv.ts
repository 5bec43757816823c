// Reads a CSV file by RFC 4180: what is quoted is a text, what stands bare is a number.

export function csv(file: string): Record<string, string | number>[] {
  const lines = file.replace(/\r\n$/, '').split('\r\n').map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map(([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell === '' ? '' : Number(cell)))
  )
  const [names = [], ...rows] = lines
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])))
}
