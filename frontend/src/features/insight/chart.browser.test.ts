import { beforeAll, describe, expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import ar from '../../messages/insight/ar.json'
import en from '../../messages/insight/en.json'
import { setLocale, startMessages } from '../../lib/i18n.svelte'
import '../../styles/index.css'
import '../../styles/charts.css'
import ControlChart from './ControlChart.svelte'
import FiguresTable from './FiguresTable.svelte'
import { concern, overview, times } from './made-up'

const measure = overview.measures[0]
// A line’s box is much higher than its letters.
const clash = (a: DOMRect, b: DOMRect): boolean =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5 * Math.min(a.height, b.height)
const plain = (text: string | null | undefined): string => (text ?? '').replaceAll('\u00a0', ' ').trim()

beforeAll(() => startMessages({ en: async () => [{ default: en }], ar: async () => [{ default: ar }] }, 'en'))

describe.each(['en', 'ar'] as const)('a chart in %s', (language) => {
  it.each([300, 700])('has no word on another and none outside, %d px wide', async (width) => {
    await setLocale(language)
    const { container } = await render(ControlChart, { series: concern(), kind: 'rate', label: 'x' })
    container.style.width = `${width}px`
    await new Promise((done) => setTimeout(done, 100))
    const svg = container.querySelector('svg') as SVGElement
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent?.trim() && !text.matches('.said, .over'))
    const boxes = texts.map((text) => text.getBoundingClientRect())
    const drawing = svg.getBoundingClientRect()
    for (const [i, box] of boxes.entries()) {
      expect([texts[i]?.textContent, box.left >= drawing.left - 1 && box.right <= drawing.right + 2]).toEqual([texts[i]?.textContent, true])
      for (const [k, other] of boxes.entries()) if (k > i) expect([texts[i]?.textContent, texts[k]?.textContent, clash(box, other)]).toEqual([texts[i]?.textContent, texts[k]?.textContent, false])
    }
  })
})

describe('what must be read without colour', () => {
  it('is a shape, a band and words', async () => {
    await setLocale('en')
    const { container } = await render(ControlChart, { series: concern(), kind: 'rate', label: 'x' })
    await new Promise((done) => setTimeout(done, 100))
    expect(container.querySelectorAll('svg[role] circle')).toHaveLength(10)
    expect(container.querySelectorAll('svg[role] .diamond')).toHaveLength(7)
    expect(container.querySelectorAll('polyline')).toHaveLength(2)
    expect(container.textContent).toContain('7 in a row below the mean')
    expect(container.textContent).toContain('Target')
  })

  it('stands in the table, where a hidden cell holds no figure', async () => {
    if (!measure) throw new Error('no measure')
    const { container } = await render(FiguresTable, { measure, series: concern(), unit: 'Elm House' })
    const rows = [...container.querySelectorAll('tbody tr')]
    expect(rows).toHaveLength(18)
    expect(plain(rows[0]?.textContent)).toMatch(/Oct 2026\s*60 %\s*46 % to 72 %\s*51\s*60 %\s*Worse/)
    const hidden = rows.find((row) => row.textContent?.includes('Dec 2025'))
    expect(plain(hidden?.textContent)).toMatch(/^Dec 2025\s*Hidden: fewer than 10 young people$/)
  })

  it('tells of notice the least that most had, and of waiting the most', async () => {
    const notice = times()
    for (const point of notice.points) point.value = { median: 6 * 86_400, p10: 3_600 }
    const table = await render(FiguresTable, { measure: { key: 'notice', group: 'moves', kind: 'times', direction: 'up' }, series: notice, unit: 'Elm House' })
    expect(plain(table.container.querySelector('thead')?.textContent)).toMatch(/Half had at least\s*Nine in ten at least\s*Moves/)
    expect(plain(table.container.querySelector('tbody tr')?.textContent)).toMatch(/6 days\s*1 h\s*39/)
    const waiting = await render(FiguresTable, { measure: { key: 'until_here', group: 'answered', kind: 'times', direction: 'down' }, series: times(), unit: 'Elm House' })
    expect(plain(waiting.container.querySelector('thead')?.textContent)).toMatch(/Half within\s*Nine in ten within\s*Cards/)
  })
})
