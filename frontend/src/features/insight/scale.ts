// Scales and labels of a chart: plain arithmetic, so that tests can hold it.

export interface Axis {
  low: number
  high: number
  ticks: number[]
}

/** Fractions: not from 0, but labelled at every ten, and never so close that chance looks like a cliff. */
export function rateAxis(values: number[]): Axis {
  const percents = values.map((value) => Math.round(value * 1000) / 10)
  let low = Math.max(0, Math.floor((Math.min(...percents, 100) - 2) / 10) * 10)
  let high = Math.min(100, Math.ceil((Math.max(...percents, 0) + 2) / 10) * 10)
  if (percents.length === 0) [low, high] = [0, 100]
  while (high - low < 30) {
    if (high < 100) high += 10
    if (high - low < 30 && low > 0) low -= 10
  }
  const ticks: number[] = []
  for (let tick = low; tick <= high; tick += 10) ticks.push(tick / 100)
  return { low: low / 100, high: high / 100, ticks }
}

const timeSteps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]

/** Seconds, from 0, in steps that people tell time by. */
export function timeAxis(values: number[]): Axis {
  const most = Math.max(...values, 60)
  const step = timeSteps.find((one) => most / one <= 6) ?? Math.ceil(most / 6 / 86_400) * 86_400
  return from0(most, step)
}

/** Counts, from 0. */
export function countAxis(values: number[]): Axis {
  const most = Math.max(...values, 1)
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough
  return from0(most, step)
}

function from0(most: number, step: number): Axis {
  const count = Math.max(1, Math.ceil(most / step - 1e-9))
  const ticks = Array.from({ length: count + 1 }, (_, i) => Math.round(i * step * 1e6) / 1e6)
  return { low: 0, high: ticks.at(-1) ?? step, ticks }
}

/** Moves labels apart that would cover one another: each stays as near to its line as the others let it. */
export function spread(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  const blocks: { sum: number; count: number; members: number[] }[] = []
  const start = (block: { sum: number; count: number }): number => {
    const height = (block.count - 1) * gap
    return Math.max(top, Math.min(bottom - height, block.sum / block.count - height / 2))
  }
  for (const { y, i } of order) {
    blocks.push({ sum: y, count: 1, members: [i] })
    for (;;) {
      const last = blocks.at(-1)
      const before = blocks.at(-2)
      if (!last || !before || start(before) + before.count * gap <= start(last)) break
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count, members: [...before.members, ...last.members] })
    }
  }
  const placed = wanted.slice()
  for (const block of blocks) for (const [k, i] of block.members.entries()) placed[i] = start(block) + k * gap
  return placed
}

/** Which periods get a label, so that none touches the next: every one, or every second, third, …, the latest always. */
export function everyNth(count: number, room: number, needed: number): number[] {
  const step = [1, 2, 3, 4, 6, 12, 24].find((one) => one * room >= needed) ?? count
  return Array.from({ length: count }, (_, i) => i).filter((i) => (count - 1 - i) % step === 0)
}

/** About how wide a text stands, in px: good enough to tell whether it fits. */
export const widthOf = (text: string, size: number): number => [...text].length * size * 0.56
