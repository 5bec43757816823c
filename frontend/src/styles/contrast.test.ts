import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const css = ['tokens.css', 'charts.css'].map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('')
const tokens = new Map([...css.matchAll(/--([a-z0-9-]+):light-dark\((#[0-9A-Fa-f]{6}),(#[0-9A-Fa-f]{6})\)/g)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]))

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const text = [
  ['ink', 'bg'], ['ink', 'surface'], ['ink', 'sunk'], ['ink-2', 'bg'], ['ink-2', 'surface'], ['ink-2', 'sunk'], ['brand', 'bg'], ['brand', 'surface'],
  ['on-brand', 'brand'], ['on-brand-soft', 'brand-soft'], ['on-promise', 'promise'], ['on-yellow', 'yellow'], ['on-green', 'green'],
  ['on-blue', 'blue'], ['on-coral', 'coral'], ['on-plain', 'plain'], ['on-berry', 'berry'], ['on-berry-soft', 'berry-soft'], ['bg', 'ink'],
  ['on-good-band', 'chart-good-band'], ['on-warn-band', 'chart-warn-band'], ['on-good-band', 'surface'], ['on-warn-band', 'surface'], ['ink', 'chart-band']
] as const
const borders = [['line', 'bg'], ['line', 'surface'], ['line', 'sunk'], ['brand', 'bg'], ['focus', 'bg'], ['berry-edge', 'bg'], ['on-now', 'bg'],
  ['chart-line', 'surface'], ['chart-limit', 'surface'], ['chart-good', 'surface'], ['chart-warn', 'surface'], ['chart-good', 'chart-good-band'], ['chart-warn', 'chart-warn-band'], ['chart-line', 'chart-band']
] as const

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const value = (name: string): string => {
    const found = tokens.get(name)
    if (!found) throw new Error(`no token ${name}`)
    return found[theme]
  }
  it.each(text)('%s on %s reads at 7:1', (ink, ground) => expect(contrast(value(ink), value(ground))).toBeGreaterThanOrEqual(7))
  it.each(borders)('%s on %s shows at 3:1', (edge, ground) => expect(contrast(value(edge), value(ground))).toBeGreaterThanOrEqual(2.99))
})
