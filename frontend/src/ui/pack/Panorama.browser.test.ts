import { afterEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import more from '../../messages/young-more/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { prefs } from '../../lib/prefs.svelte'
import { dragged, type Look, nearer, seenAt, start, stepped } from './pano'
import { drawerOf } from './pano-gl'
import Photo from './Photo.svelte'

const words = () => Promise.resolve([{ default: common }, { default: more }, { default: packWords }])
await startMessages({ en: words, ar: words }, 'en')

// A world in which every place has its own colour: red says how far round, green how far down.
const world = document.createElement('canvas')
world.width = 512
world.height = 256
const ink = world.getContext('2d', { willReadFrequently: true })
for (let x = 0; x < 512; x++) {
  for (let y = 0; y < 256; y += 2) {
    if (!ink) break
    // Up and down again, so that its edges meet.
    ink.fillStyle = `rgb(${Math.round(255 * Math.abs(1 - x / 256))} ${y} ${x < 256 ? 40 : 200})`
    ink.fillRect(x, y, 1, 2)
  }
}
const url = world.toDataURL('image/png')
const shot = { id: 'a', alt: 'The whole room, all around', w: 512, h: 256, colour: '#a89b88', pano: true as const }
const src = (_: string, name: string) => (name === '2048.webp' ? url : undefined)
const stage = () => page.getByRole('img', { name: shot.alt })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const canvas = () => document.querySelector('canvas')
const hidden = () => getComputedStyle(document.querySelector('.round') as Element).visibility === 'hidden'

async function open(): Promise<HTMLElement> {
  await render(Photo, { shot, src, round: true })
  await expect.poll(() => document.querySelector('.stage.ready')).not.toBeNull()
  return stage().element() as HTMLElement
}

/** What an act draws in the middle: what WebGL drew can be read in the same frame, and not after it. */
async function after(act: () => unknown): Promise<number[]> {
  act()
  await new Promise((resolve) => requestAnimationFrame(resolve))
  const from = canvas()
  const copy = document.createElement('canvas')
  copy.width = copy.height = 1
  const into = copy.getContext('2d')
  if (!from || !into) return []
  into.drawImage(from, from.width / 2, from.height / 2, 1, 1, 0, 0, 1, 1)
  return [...into.getImageData(0, 0, 1, 1).data.slice(0, 2)]
}

const colourAt = (look: Look): number[] => {
  const { u, v } = seenAt(look, 0.5, 0.5, { width: 1, height: 1 })
  return [255 * Math.abs(1 - 2 * u), 256 * v]
}
const like = (pixel: number[], look: Look): void => {
  const want = colourAt(look)
  expect(pixel.map((value, i) => Math.abs(value - (want[i] ?? 0)) <= 4), `${pixel} for ${want}`).toEqual([true, true])
}
const key = (node: Element, name: string) => () => node.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }))
const point = (node: Element, type: string, x: number, y: number, pointerId = 1) => node.dispatchEvent(new PointerEvent(type, { pointerId, clientX: x, clientY: y, button: 0, bubbles: true }))

afterEach(() => {
  prefs.motion = 'auto'
  vi.restoreAllMocks()
})

it('draws what the reckoning says is seen, to all sides, without a line where its edges meet', () => {
  const target = document.createElement('canvas')
  target.width = 200
  target.height = 150
  const drawer = drawerOf(target)
  expect(drawer?.take(world)).toBe(true)
  const gl = target.getContext('webgl2')
  const looks: Look[] = [start, { ...start, yaw: 1.9 }, { ...start, yaw: -2.4, pitch: 0.9 }, { ...start, yaw: Math.PI }, { yaw: 3.05, pitch: -1.1, fov: 1.5 }, { ...start, yaw: -3.1, fov: 0.5 }]
  let seen = 0
  for (const look of looks) {
    drawer?.draw(look)
    for (const [x, y] of [[100, 75], [3, 4], [196, 145], [60, 20], [140, 120]] as const) {
      const pixel = new Uint8Array(4)
      gl?.readPixels(x, 149 - y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel)
      const { u, v } = seenAt(look, (x + 0.5) / 200, (y + 0.5) / 150, target)
      const want = [255 * Math.abs(1 - 2 * u), 256 * v]
      expect([look, x, y, Math.abs((pixel[0] ?? 0) - (want[0] ?? 0)) <= 4, Math.abs((pixel[1] ?? 0) - (want[1] ?? 0)) <= 4]).toEqual([look, x, y, true, true])
      seen++
    }
  }
  expect(seen).toBe(30)
  drawer?.drop()
})

it('turns by arrow keys and by buttons, and says which way it looks', async () => {
  const node = await open()
  await expect.element(stage()).toHaveAttribute('aria-roledescription', 'photo all the way round')
  let look: Look = stepped(start, 1, 0)
  like(await after(key(node, 'ArrowRight')), look)
  look = stepped(look, 0, 1)
  like(await after(key(node, 'ArrowUp')), look)
  look = stepped(look, -1, 0)
  like(await after(() => (button('Look left').element() as HTMLElement).click()), look)
  like(await after(key(node, 'Home')), start)
  for (let i = 0; i < 4; i++) await button('Look right').click()
  await expect.element(page.getByRole('status')).toHaveTextContent('You are looking to the right')
  node.focus()
  await userEvent.keyboard('{Home}')
  await expect.element(page.getByRole('status')).toHaveTextContent('You are looking straight ahead')
})

it('follows a finger, and comes closer with two', async () => {
  const node = await open()
  vi.spyOn(node, 'setPointerCapture').mockImplementation(() => undefined)
  const box = { width: node.clientWidth, height: node.clientHeight }
  point(node, 'pointerdown', 100, 100)
  const look = dragged(start, 60, -30, box)
  like(await after(() => point(node, 'pointermove', 160, 70)), look)
  point(node, 'pointerdown', 260, 70, 2)
  await after(() => point(node, 'pointermove', 360, 70, 2))
  point(node, 'pointerup', 360, 70, 2)
  // Twice as close, a finger goes half as far round.
  like(await after(() => point(node, 'pointermove', 100, 70)), dragged(nearer(look, 2), -60, 0, box))
  point(node, 'pointerup', 100, 70)
  const left = await after(() => point(node, 'pointermove', 300, 70))
  expect(left.length).toBe(2)
})

it('turns by itself only when asked, stops at a touch, and never where less should move', async () => {
  const node = await open()
  const before = await after(key(node, 'Home'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await after(key(node, 'Shift'))).not.toEqual([1])
  await button('Turn slowly').click()
  await expect.element(button('Stop turning')).toBeVisible()
  await new Promise((resolve) => setTimeout(resolve, 600))
  const later = await after(() => undefined)
  expect(later[0]).not.toBe(before[0])
  point(node, 'pointerdown', 10, 10)
  point(node, 'pointerup', 10, 10)
  await expect.element(button('Turn slowly')).toBeVisible()
  prefs.motion = 'less'
  await expect.poll(() => button('Turn slowly').elements().length).toBe(0)
})

it('is the flat photo again when the graphics are taken away, with the keys where they were', async () => {
  const node = await open()
  expect(hidden()).toBe(true)
  node.focus()
  canvas()?.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
  await expect.poll(hidden).toBe(false)
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe('Photo all the way round: move it sideways')
  expect(document.querySelector('.stage, .tools')).toBeNull()
})

it('stays flat where nothing draws it, and where nobody looks round', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
  await render(Photo, { shot, src, round: true })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect([hidden(), document.querySelectorAll('.tools').length]).toEqual([false, 0])
  vi.restoreAllMocks()
  await render(Photo, { shot: { ...shot, id: 'b' }, src })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(document.querySelectorAll('.tools, canvas').length).toBe(0)
})

it('has room for its buttons on the smallest phone, and each is large enough', async () => {
  await page.viewport(320, 640)
  await open()
  const sizes = [...document.querySelectorAll('.tools button, .slow')].map((one) => one.getBoundingClientRect())
  expect(sizes.length).toBe(8)
  expect(sizes.every(({ width, height }) => width >= 44 && height >= 44)).toBe(true)
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320)
  await page.viewport(360, 740)
})
