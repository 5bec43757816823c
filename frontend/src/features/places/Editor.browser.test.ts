// Long because one page of the editor is followed here from what is typed to what young people are shown.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import '../../styles/index.css'
import common from '../../messages/common/en.json'
import packWords from '../../messages/pack/en.json'
import work from '../../messages/work/en.json'
import { startMessages } from '../../lib/i18n.svelte'
import { tellLive } from '../../lib/live.svelte'
import { navigate } from '../../lib/router.svelte'
import { session } from '../../lib/session.svelte'
import golden from '../../ui/pack/pack.golden.json'
import type { Pack } from '../../ui/pack/types'
import { hideToast, toast } from '../../ui/toast.svelte'
import { save } from './actions'
import Editor from './Editor.svelte'
import type { Draft } from './types'

const words = () => Promise.resolve([{ default: common }, { default: work }, { default: packWords }])
await startMessages({ en: words, ar: words }, 'en')

const kay = { id: 'kay', name: 'Kay', avatar: 'a3' }
const jo = { id: 'jo', name: 'Jo', avatar: 'a4' }
const at = '2026-11-22T10:00:00Z'
const whole = golden as Pack

// A server with one pack. Whoever saves on an older revision is told so, as the real one does.
let draft: Draft
let puts: { base: number; pack: Pack }[]
let posts: string[]
let down: boolean
let arrives: Promise<void>
let place = 0
let oak = ''

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const keep = (pack: Pack, by = kay): void => {
  draft = { ...draft, revision: draft.revision + 1, pack: structuredClone(pack), changedBy: by, changedAt: at, ready: undefined }
}

beforeEach(() => {
  oak = `oak-${++place}`
  session.place = 'work'
  session.value = { signedIn: true, demo: false, serverTime: at, account: kay }
  draft = { service: { id: oak, name: 'Oak House', kind: 'childrens_home' }, may: 'write', revision: 7, changedBy: jo, changedAt: at, pack: structuredClone(whole), findings: [] }
  puts = []
  posts = []
  down = false
  arrives = Promise.resolve()
  vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
    const path = url.replace(`/api/work/places/${oak}`, '')
    if (down) throw new TypeError('network')
    if (url.startsWith('/api/work/uploads')) {
      if (options.method === 'POST') return answer(200, { id: 'u', offset: 0, piece: 1000 })
      if (options.method === 'PUT') await arrives
      return answer(200, { offset: 3, size: 3, state: 'done', file: { id: 'face', w: 720, h: 720, colour: '#8f6a45' } })
    }
    if (options.method === 'PUT') {
      const body = JSON.parse(String(options.body))
      puts.push(body)
      if (body.base !== draft.revision) return answer(409, { code: 'conflict', reason: 'changed' })
      keep(body.pack)
      return answer(200, draft)
    }
    if (options.method === 'POST') {
      posts.push(`${path} ${options.body}`)
      if (path === '/ready') draft = { ...draft, ready: { by: kay, at } }
      if (path === '/publish') draft = { ...draft, ready: undefined, version: { number: 4, at } }
      return answer(200, {})
    }
    return answer(200, draft)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  navigate('/', { replace: true })
})

const open = async (part: string) => {
  navigate(`/work/places/${oak}?part=${part}`, { replace: true })
  return render(Editor, { service: oak })
}
const box = () => page.getByRole('textbox', { name: 'In your words' })
// Without the pause after the last letter: the first test alone waits for it.
const write = async (words: string): Promise<void> => {
  await box().fill(words)
  void save()
}
const wordsOf = (pack: Pack | undefined, key: string): string | undefined => pack?.parts.find((part) => part.key === key)?.words
const saved = (n = 1) => vi.waitFor(() => expect(puts).toHaveLength(n), { timeout: 4000 })

describe('what is typed', () => {
  it('is saved by itself, on what was read, and only once', async () => {
    await open('food')
    await box().fill('Soup')
    await saved()
    expect(puts[0]?.base).toBe(7)
    expect(wordsOf(puts[0]?.pack, 'food')).toBe('Soup')
    await expect.element(page.getByText(/^Saved .*\(Kay\)$/)).toBeVisible()
    await write('Soup!')
    await saved(2)
    expect(puts[1]?.base).toBe(8)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(puts).toHaveLength(2)
  })

  it('is not sent when nothing has changed, and nothing else of the pack changes with it', async () => {
    await open('food')
    await expect.element(box()).toHaveValue(wordsOf(whole, 'food') ?? '')
    await write('Soup')
    await saved()
    const other = puts[0]?.pack.parts.filter((part) => part.key !== 'food')
    expect(other).toEqual(whole.parts.filter((part) => part.key !== 'food'))
    expect({ ...puts[0]?.pack, parts: [] }).toEqual({ ...whole, parts: [] })
  })

  it('stays while Heard can’t be reached, says so, and goes when it can', async () => {
    await open('day')
    await expect.element(box()).toBeVisible()
    down = true
    await write('Late breakfast')
    await expect.element(page.getByText('Not saved yet. Keep this page open.')).toBeVisible()
    down = false
    dispatchEvent(new Event('online'))
    await saved()
    expect(wordsOf(draft.pack, 'day')).toBe('Late breakfast')
  })

  it('is there again when its page was left before it could be saved', async () => {
    const first = await open('day')
    await expect.element(box()).toBeVisible()
    down = true
    await box().fill('Late breakfast')
    await first.unmount()
    await new Promise((resolve) => setTimeout(resolve, 50))
    down = false
    await open('day')
    await expect.element(box()).toHaveValue('Late breakfast')
    await saved()
    expect(wordsOf(draft.pack, 'day')).toBe('Late breakfast')
  })
})

describe('a tab that is closed', () => {
  // The browser asks whoever closes it.
  const asks = (): boolean => !dispatchEvent(new Event('beforeunload', { cancelable: true }))

  it('is asked about while something typed is in it alone, also from another page', async () => {
    const first = await open('day')
    await expect.element(box()).toBeVisible()
    expect(asks()).toBe(false)
    down = true
    await box().fill('Late breakfast')
    expect(asks()).toBe(true)
    await first.unmount()
    await save()
    expect(asks()).toBe(true)
    down = false
    await save()
    expect(wordsOf(draft.pack, 'day')).toBe('Late breakfast')
    expect(asks()).toBe(false)
  })
})

describe('two who write at once', () => {
  const theirs = (): Pack => {
    const pack = structuredClone(whole)
    for (const part of pack.parts) {
      if (part.key === 'food') part.words = 'Jo wrote of food'
      if (part.key === 'wifi') part.words = 'Jo wrote of wifi'
    }
    return pack
  }

  it('see both texts, and nothing is written before somebody has chosen', async () => {
    await open('food')
    await expect.element(box()).toBeVisible()
    keep(theirs(), jo)
    await write('Kay wrote of food')
    const dialog = page.getByRole('dialog', { name: 'Two of you wrote at once' })
    await expect.element(dialog).toBeVisible()
    await expect.element(dialog.getByText('Kay wrote of food')).toBeVisible()
    await expect.element(dialog.getByText('Jo wrote of food')).toBeVisible()
    // Where only one of them wrote, theirs is chosen already, and shown all the same.
    await expect.element(dialog.getByText('Jo wrote of wifi')).toBeVisible()
    await expect.element(dialog.getByRole('button', { name: 'Choose 1 more' })).toBeDisabled()
    expect(wordsOf(draft.pack, 'food')).toBe('Jo wrote of food')

    await dialog.getByRole('group', { name: 'Food' }).getByRole('radio', { name: /Both together/ }).click()
    const both = dialog.getByRole('textbox', { name: 'Make one text of both' })
    await expect.element(both).toHaveValue('Kay wrote of food\n\nJo wrote of food')
    await both.fill('We both wrote of food')
    await dialog.getByRole('button', { name: 'Save what I chose' }).click()
    await vi.waitFor(() => expect(wordsOf(draft.pack, 'food')).toBe('We both wrote of food'))
    expect(wordsOf(draft.pack, 'wifi')).toBe('Jo wrote of wifi')
    expect(puts.at(-1)?.base).toBe(8)
    await expect.element(box()).toHaveValue('We both wrote of food')
    await expect.element(dialog).not.toBeInTheDocument()
  })

  it('are asked whose voice stays where each recorded one', async () => {
    const said = (pack: Pack, id: string, seconds: number) => {
      for (const part of pack.parts) if (part.key === 'food') part.voice = { id, name: 'voice.webm', seconds, bytes: 9 }
      return pack
    }
    said(draft.pack, 'before', 8)
    await open('food')
    await expect.element(box()).toBeVisible()
    keep(said(theirs(), 'after', 65), jo)
    await write('Kay wrote of food')
    const dialog = page.getByRole('dialog', { name: 'Two of you wrote at once' })
    await dialog.getByRole('group', { name: 'Food' }).getByRole('radio', { name: /Both together/ }).click()
    const voices = dialog.getByRole('group', { name: /^You have both recorded this/ })
    await expect.element(dialog.getByRole('button', { name: 'Choose 1 more' })).toBeDisabled()
    await voices.getByRole('radio', { name: /1:05/ }).click()
    await dialog.getByRole('button', { name: 'Save what I chose' }).click()
    await vi.waitFor(() => expect(draft.pack.parts.find(({ key }) => key === 'food')?.voice?.id).toBe('after'))
  })

  it('can look away from it, and what was typed is still there and still not saved', async () => {
    await open('food')
    await expect.element(box()).toBeVisible()
    keep(theirs(), jo)
    await write('Kay wrote of food')
    await expect.element(page.getByRole('dialog')).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByText('Jo has saved in between. Yours is not saved yet.')).toBeVisible()
    await expect.element(box()).toHaveValue('Kay wrote of food')
    await page.getByRole('button', { name: 'Look at both' }).click()
    await page.getByRole('dialog').getByRole('group', { name: 'Food' }).getByRole('radio', { name: /Yours/ }).click()
    await page.getByRole('button', { name: 'Save what I chose' }).click()
    await vi.waitFor(() => expect(wordsOf(draft.pack, 'food')).toBe('Kay wrote of food'))
  })

  it('are not asked when whoever looks has written nothing: they are shown what the other wrote', async () => {
    await open('food')
    await expect.element(box()).toBeVisible()
    keep(theirs(), jo)
    tellLive()
    await expect.element(box()).toHaveValue('Jo wrote of food')
    expect(puts).toEqual([])
  })
})

describe('the way to young people', () => {
  it('is stopped by what is missing, which leads to where it can be mended', async () => {
    draft.findings = [{ part: 'bedroom', what: 'no_bedroom_photo', blocks: true }, { part: 'food', what: 'street', said: '12 Oak Road', blocks: false }]
    await open('check')
    await expect.element(page.getByRole('button', { name: 'It can be checked' })).toBeDisabled()
    await expect.element(page.getByText('12 Oak Road')).toBeVisible()
    await page.getByRole('link', { name: /There is no photo of the bedroom/ }).click()
    await expect.element(page.getByRole('heading', { name: 'The bedroom', level: 2 })).toBeVisible()
  })

  it('needs a second person: not the one who said it is ready', async () => {
    await open('check')
    await page.getByRole('button', { name: 'It can be checked' }).click()
    await expect.element(page.getByText(/Somebody else has to publish it/)).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Publish' })).not.toBeInTheDocument()
    expect(posts).toEqual(['/ready {"revision":7}'])
  })

  it('needs all four ticks, given to the very text that is published', async () => {
    draft = { ...draft, may: 'confirm', ready: { by: jo, at } }
    await open('check')
    const publish = page.getByRole('button', { name: 'Publish' })
    const ticks = page.getByRole('checkbox')
    for (let i = 0; i < 4; i++) {
      await expect.element(publish).toBeDisabled()
      await ticks.nth(i).click()
    }
    await expect.element(publish).toBeEnabled()
    // Jo changes it and says again that it is ready: the ticks were for another text.
    keep(whole, jo)
    draft.ready = { by: jo, at: '2026-11-22T10:05:00Z' }
    tellLive()
    await expect.element(publish).toBeDisabled()
    for (let i = 0; i < 4; i++) await ticks.nth(i).click()
    await publish.click()
    await vi.waitFor(() => expect(posts).toEqual(['/publish {"revision":8,"checked":{"street":true,"plates":true,"people":true,"descriptions":true}}']))
    await expect.element(page.getByText(/Version 4 is published/)).toBeVisible()
  })

  it('is not said to be gone while something is not saved, and the reason stays where it was typed', async () => {
    draft = { ...draft, ready: { by: jo, at } }
    hideToast()
    await open('food')
    await expect.element(box()).toBeVisible()
    down = true
    await write('Soup')
    await expect.element(page.getByText('Not saved yet. Keep this page open.')).toBeVisible()
    navigate(`/work/places/${oak}?part=check`, { replace: true })
    await page.getByRole('button', { name: 'Give it back' }).click()
    const dialog = page.getByRole('dialog', { name: 'Give it back' })
    await dialog.getByRole('textbox').fill('The photo is of another room')
    await dialog.getByRole('button', { name: 'Give it back with this' }).click()
    await expect.element(dialog.getByRole('alert')).toBeVisible()
    await expect.element(dialog.getByRole('textbox')).toHaveValue('The photo is of another room')
    expect([posts, toast.text]).toEqual([[], ''])
    down = false
    void save()
    await saved()
  })

  it('is read and not written by whoever only checks', async () => {
    draft = { ...draft, may: 'confirm' }
    await open('food')
    await expect.element(page.getByRole('heading', { name: 'Check and publish' })).toBeVisible()
    await expect.element(box()).not.toBeInTheDocument()
    await expect.element(page.getByText('Nobody has said yet that it can be checked.')).toBeVisible()
  })
})

describe('a photo of a person', () => {
  const shotOf = (name: string): string | undefined => draft.pack.people.find((one) => one.name === name)?.shot?.id
  async function picked(): Promise<() => void> {
    let go = (): void => undefined
    arrives = new Promise((resolve) => { go = resolve })
    await open('people')
    const tia = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Tia' }) })
    await tia.getByLabelText('Use a photo instead (they agreed)').upload(new File(['abc'], 'tia.jpg', { type: 'image/jpeg' }))
    await expect.element(tia.getByText('tia.jpg')).toBeVisible()
    return go
  }

  it('goes on while another page is written', async () => {
    const go = await picked()
    navigate(`/work/places/${oak}?part=food`, { replace: true })
    await expect.element(box()).toBeVisible()
    go()
    await saved()
    expect([shotOf('Kay'), shotOf('Tia')]).toEqual([undefined, 'face'])
  })

  it('finds them when somebody else has saved meanwhile, and is nobody else’s', async () => {
    const go = await picked()
    const theirs = structuredClone(whole)
    theirs.people.reverse()
    keep(theirs, jo)
    tellLive()
    await expect.element(page.getByRole('listitem').first().getByRole('heading', { name: 'Biscuit' })).toBeVisible()
    go()
    await saved()
    expect([shotOf('Kay'), shotOf('Tia')]).toEqual([undefined, 'face'])
  })

  it('is given to nobody when they are gone, and that is said', async () => {
    const go = await picked()
    const theirs = structuredClone(whole)
    theirs.people = theirs.people.filter((one) => one.name !== 'Tia')
    keep(theirs, jo)
    tellLive()
    await expect.element(page.getByRole('heading', { name: 'Tia' })).not.toBeInTheDocument()
    hideToast()
    go()
    await vi.waitFor(() => expect(toast.text).toMatch(/^A photo of a person was not added/))
    expect(puts).toEqual([])
  })
})

it('shows beside the form what a young person will see', async () => {
  await page.viewport(1280, 800)
  await open('agreements')
  const phone = page.getByRole('region', { name: 'How a young person sees it' })
  await expect.element(phone.getByText('Knock before you come in')).toBeVisible()
  await page.getByRole('textbox', { name: 'Agreement 1' }).fill('Knock and wait')
  await expect.element(phone.getByText('Knock and wait')).toBeVisible()
  await page.viewport(360, 740)
})

it('puts things in order by keys alone', async () => {
  await open('walk')
  const down = page.getByRole('button', { name: 'Move down: photo 1' })
  await expect.element(down).toBeVisible()
  ;(down.element() as HTMLElement).focus()
  await userEvent.keyboard('{Enter}')
  void save()
  await saved()
  expect(puts[0]?.pack.walk.map((shot) => shot.alt)).toEqual(['Your room', 'The front door'])
})
