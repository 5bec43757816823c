// The saved copy of this phone: made when somebody asks for it, read without a lock and without signal, dropped with the move.
import { serverNow } from '../../lib/clock.svelte'
import { ApiError } from '../../lib/http'
import type { NextPlace } from '../../lib/next-types'
import { beginSaved, dropSaved, onSavedGone, savedBytes, savedDelete, savedGet, savedPut } from '../../lib/saved'
import { fetchFile } from './api'
import { type Head, bare, filesOf, holds, isOver, typeOf, without } from './copy'
import { type Shown, place } from './state.svelte'

export type SavingFault = 'offline' | 'room'

/** `part`: it was begun, and goes on where it stopped. */
export const copy = $state<{ state: 'none' | 'part' | 'saving' | 'whole'; bytes: number; done: number; files: number; hideDays: boolean; fault?: SavingFault }>({ state: 'none', bytes: 0, done: 0, files: 0, hideDays: false })

const urls = $state<Record<string, string>>({})
let head: Head | undefined
let reading: Promise<void> | undefined

function tell(files: number): void {
  const sizes = Object.values(head?.got ?? {})
  copy.bytes = sizes.reduce((sum, bytes) => sum + bytes, 0)
  copy.done = sizes.length
  copy.files = files
}

onSavedGone(() => {
  for (const [name, url] of Object.entries(urls)) {
    URL.revokeObjectURL(url)
    delete urls[name]
  }
  head = undefined
  reading = undefined
  Object.assign(copy, { state: 'none', bytes: 0, done: 0, files: 0, fault: undefined })
  // What was shown out of it goes from the screen too.
  if (place.fromCopy) Object.assign(place, { value: undefined, shown: undefined, fromCopy: false })
})

/** The copy of this phone, if there is one that still holds. */
export async function openCopy(): Promise<Head | undefined> {
  head ??= await savedGet<Head>('head')
  if (!head) return undefined
  if (isOver(head, serverNow())) {
    await dropCopy()
    return undefined
  }
  if (copy.state === 'none') copy.state = head.whole ? 'whole' : 'part'
  const shown = copy.files === 0 ? await savedShown() : undefined
  if (head) tell(shown ? filesOf(shown.pack).length : copy.files)
  return head
}

export function savedShown(): Promise<Shown | undefined> {
  return savedGet<Shown>('pack')
}

export async function dropCopy(): Promise<void> {
  head = undefined
  await dropSaved()
}

/** The server has said it again: what the copy shows of day, journey and bag is as new as that. */
export async function refreshCopy(value: NextPlace): Promise<void> {
  const found = await openCopy()
  if (!found) return
  if (found.value.move.id !== value.move.id) return dropCopy()
  // Somebody in a photo asked for it to go: what can't be taken out of the copy takes the copy with it.
  if (value.gone && !(await takeOut(found, value.gone).then(() => true, () => false))) return dropCopy()
  found.value = bare(value)
  found.at = serverNow()
  await keep(found).catch(() => undefined)
  if (head !== found || !found.whole || copy.state !== 'part') return
  // Another tab has brought the rest.
  Object.assign(copy, { state: 'whole', fault: undefined })
  reading = undefined
  tell(copy.files)
  await openPhotos()
}

async function takeOut(mine: Head, gone: string[]): Promise<void> {
  const shown = await savedShown()
  const names = Object.keys(mine.got).filter((name) => gone.some((id) => name.startsWith(`${id}/`)))
  if (names.length === 0 && !(shown && holds(shown, gone))) return
  for (const name of names) {
    await savedDelete(name)
    delete mine.got[name]
    URL.revokeObjectURL(urls[name] ?? '')
    delete urls[name]
  }
  const left = shown && without(shown, gone)
  if (left) await savedPut('pack', left)
  await savedPut('head', mine)
  tell(left ? filesOf(left.pack).length : copy.files)
}

/** Writes what the copy says of itself. Another tab may have saved on since this one read it: what it got stays got. */
async function keep(mine: Head): Promise<void> {
  const stored = await savedGet<Head>('head')
  if (head !== mine) throw new Error('no copy')
  Object.assign(mine, { got: { ...stored?.got, ...mine.got }, whole: mine.whole || stored?.whole === true })
  await savedPut('head', mine)
}

async function begin(shown: Shown, value: NextPlace): Promise<Head> {
  if (head && (head.version !== shown.version || head.value.move.id !== value.move.id)) await dropCopy()
  if (!(await beginSaved())) throw new Error('no room')
  head ??= (await savedGet<Head>('head')) ?? { version: shown.version, value: bare(value), at: serverNow(), got: {}, whole: false }
  await savedPut('pack', $state.snapshot(shown))
  return head
}

/** Goes on where it stopped. A copy that is dropped meanwhile stays dropped. */
export async function save(shown: Shown, value: NextPlace): Promise<void> {
  if (copy.state === 'saving' || copy.state === 'whole') return
  copy.state = 'saving'
  copy.fault = undefined
  const files = filesOf(shown.pack)
  try {
    const mine = await begin(shown, value)
    tell(files.length)
    for (const name of files) {
      if (mine.got[name] !== undefined) continue
      const [id = '', size = ''] = name.split('/')
      const bytes = await fetchFile(id, size)
      if (head !== mine) return
      await savedPut(name, bytes)
      mine.got[name] = bytes.byteLength
      await keep(mine)
      tell(files.length)
    }
    mine.whole = true
    await keep(mine)
    copy.state = 'whole'
    reading = undefined
    await openPhotos()
  } catch (fault) {
    if (!head) return
    copy.state = 'part'
    copy.fault = fault instanceof ApiError ? 'offline' : 'room'
  }
}

/** Whether a photo comes out of the copy: once all of it is there. */
export function inCopy(id: string): boolean {
  return copy.state === 'whole' && Object.keys(head?.got ?? {}).some((name) => name.startsWith(`${id}/`))
}

/** Where a photo of the copy is, once it has been opened. The copy has one size of each. */
export function savedUrl(id: string, name: string): string | undefined {
  return urls[`${id}/${name}`]
}

/** Opens the photos of the copy, in their order. */
export function openPhotos(): Promise<void> {
  reading ??= (async () => {
    for (const name of Object.keys(head?.got ?? {})) {
      const bytes = urls[name] ? undefined : await savedBytes(name)
      if (bytes && head?.got[name]) urls[name] = URL.createObjectURL(new Blob([bytes], { type: typeOf(name) }))
    }
  })()
  return reading
}
