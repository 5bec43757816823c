import { expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import golden from './pack.golden.json'
import PartView from './PartView.svelte'
import Photo from './Photo.svelte'
import type { Pack } from './types'
import Walk from './Walk.svelte'

const words = () => Promise.resolve([{ default: common }, { default: more }, { default: packWords }])
await startMessages({ en: words, ar: words }, 'en')

const pack = golden as Pack
const shot = { id: 'a', alt: 'A bed under a window', w: 400, h: 300, colour: '#b9a78f' }
const at = '2026-11-20T10:00:00Z'

it('offers a photo in the sizes there are, and none that is not there', async () => {
  await render(Photo, { shot, src: (id: string, name: string) => (name === '720.webp' ? `/saved/${id}/${name}` : undefined) })
  expect(document.querySelector('source')?.srcset).toBe('/saved/a/720.webp 720w')
  expect(document.querySelector('img')?.getAttribute('srcset')).toBeNull()
  expect(document.querySelector('img')?.getAttribute('src')).toBe('/saved/a/720.webp')
})

it('says what could be seen where the photo is not there', async () => {
  await render(Photo, { shot, src: () => undefined })
  await expect.element(page.getByRole('img', { name: shot.alt })).toBeVisible()
  await render(Photo, { shot: { ...shot, alt: 'A desk' }, src: () => '/nowhere.jpg' })
  await expect.element(page.getByRole('img', { name: 'A desk' })).toBeVisible()
  await expect.poll(() => document.querySelectorAll('.gone').length).toBe(2)
})

it('sets the colour by script, and no other than a colour', async () => {
  await render(Photo, { shot: { ...shot, colour: 'url(/x)' }, src: () => '/nowhere.jpg' })
  expect(document.querySelector('picture')?.getAttribute('style') ?? '').toBe('')
})

it('keeps what was shown, with what has changed, is new or was taken out below it', async () => {
  const later = [
    { key: 'food' as const, at, part: { key: 'food' as const, words: 'Now we cook on Mondays.', photos: [] } },
    { key: 'wifi' as const, at }
  ]
  await render(PartView, { pack, view: 'food', src: () => undefined, later })
  await expect.element(page.getByText('You choose a meal each week.')).toBeVisible()
  await expect.element(page.getByText('Now we cook on Mondays.')).toBeVisible()
  await expect.element(page.getByText(/taken this out since you were shown it/)).toBeVisible()
})

it('shows a part that is new since then', async () => {
  const less = { ...pack, parts: pack.parts.filter(({ key }) => key !== 'day') }
  await render(PartView, { pack: less, view: 'day', src: () => undefined, later: [{ key: 'day', at, part: { key: 'day', words: 'Late breakfast on Sundays.', photos: [] } }] })
  await expect.element(page.getByText('Late breakfast on Sundays.')).toBeVisible()
})

it('walks from the door to the room and back, by keys as well', async () => {
  await render(Walk, { pack, src: () => undefined })
  await expect.element(page.getByText('Come in')).toBeVisible()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect.element(page.getByText('2 / 2')).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'You’re there' })).toBeDisabled()
  await page.getByRole('button', { name: 'Step back' }).click()
  await userEvent.keyboard('{ArrowRight}')
  await expect.element(page.getByText('2 / 2')).toBeVisible()
})
