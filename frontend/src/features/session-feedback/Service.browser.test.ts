import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import en from '../../messages/work/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { session } from '../../lib/session.svelte'
import Service from './Service.svelte'

await startMessages({ en: () => Promise.resolve([{ default: en }]), ar: () => Promise.resolve([{ default: en }]) }, 'en')

let calls: string[]
let saved: { name: string; blob: Blob }[]
let status: number

beforeEach(() => {
  Object.assign(session, { place: 'work' })
  calls = []
  saved = []
  status = 200
  vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
    calls.push(`${options.method} ${url} ${options.body} ${'X-Heard-CSRF' in (options.headers as Record<string, string>)}`)
    return new Response(JSON.stringify(status === 200 ? { csv: '"a","b"\r\n' } : { code: 'not_found' }), { status, headers: { 'Content-Type': 'application/json' } })
  })
  let blob: Blob
  vi.spyOn(URL, 'createObjectURL').mockImplementation((given) => {
    blob = given as Blob
    return 'blob:made-up'
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, blob })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('asks for the file by an act of its own, never by a link, and has it saved', async () => {
  await render(Service, { service: { id: 'oak', name: 'Oak House', on: true, mayExport: true } })
  await page.getByRole('button', { name: 'Get the answers, Oak House' }).click()
  expect(document.querySelector('a[href]')).toBeNull()
  expect(calls).toEqual([])

  status = 404
  await page.getByRole('button', { name: 'Save as CSV' }).click()
  await expect.element(page.getByRole('alert')).toBeVisible()
  expect(saved).toEqual([])

  status = 200
  await page.getByRole('button', { name: 'Save as CSV' }).click()
  await expect.element(page.getByRole('button', { name: 'Save as CSV' })).not.toBeInTheDocument()
  expect(calls.at(-1)).toBe('POST /api/work/services/oak/session-feedback/export {"from":"","to":""} true')
  expect(saved.map(({ name, blob }) => [name, blob.type])).toEqual([['session-feedback.csv', 'text/csv;charset=utf-8']])
  expect(await saved[0]?.blob.text()).toBe('"a","b"\r\n')
})
