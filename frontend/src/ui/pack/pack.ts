// What a pack's pages are made of. Pure: the editor's preview, the phone's pages and both booklets ask the same questions.
import type { MessageKey } from '../../lib/i18n.svelte'
import type { IconName } from '../icon-names'
import type { Pack, Part, PartKey, Shot, Voice } from './types'

export const views = ['welcome', 'room', 'walk', 'people', 'day', 'food', 'home', 'around', 'help'] as const
export type View = (typeof views)[number]

/** Which parts stand together on a page. Two pages are made of something else than parts. */
export const partsOf: Record<View, readonly PartKey[]> = {
  welcome: ['welcome'],
  room: ['bedroom', 'yours'],
  walk: [],
  people: [],
  day: ['day'],
  food: ['food', 'agreements', 'wifi'],
  home: ['home'],
  around: ['around'],
  help: ['contact', 'advocacy', 'guide']
}

export const viewTitle: Record<View, MessageKey> = {
  welcome: 'pack.view.welcome',
  room: 'pack.view.room',
  walk: 'pack.view.walk',
  people: 'pack.view.people',
  day: 'pack.view.day',
  food: 'pack.view.food',
  home: 'pack.view.home',
  around: 'pack.view.around',
  help: 'pack.view.help'
}

export const viewIcon: Record<View, IconName> = { welcome: 'hand', room: 'bed-double', walk: 'footprints', people: 'users', day: 'sun', food: 'utensils', home: 'house', around: 'map-pin', help: 'phone' }

export const partTitle: Record<PartKey, MessageKey> = {
  welcome: 'pack.part.welcome',
  bedroom: 'pack.part.bedroom',
  home: 'pack.part.home',
  day: 'pack.part.day',
  food: 'pack.part.food',
  wifi: 'pack.part.wifi',
  yours: 'pack.part.yours',
  agreements: 'pack.part.agreements',
  around: 'pack.part.around',
  contact: 'pack.part.contact',
  guide: 'pack.part.guide',
  advocacy: 'pack.part.advocacy'
}

/** The part, if there is anything in it to show. */
export function partOf(pack: Pack, key: PartKey): Part | undefined {
  const part = pack.parts.find((one) => one.key === key)
  if (!part) return key === 'guide' && pack.guideFile ? { key, words: '', photos: [] } : undefined
  const holds = part.words.trim() !== '' || part.photos.length > 0 || (part.rules?.length ?? 0) > 0 || part.voice !== undefined || (key === 'guide' && pack.guideFile)
  return holds ? part : undefined
}

export interface ViewHas {
  view: View
  photos: number
}

/** The pages that have something on them, in order. */
export function viewsOf(pack: Pack): ViewHas[] {
  return views.flatMap((view): ViewHas[] => {
    if (view === 'walk') return pack.walk.length > 0 ? [{ view, photos: pack.walk.length }] : []
    if (view === 'people') return pack.people.length > 0 ? [{ view, photos: pack.people.filter((one) => one.shot).length }] : []
    const parts = partsOf[view].flatMap((key) => partOf(pack, key) ?? [])
    return parts.length > 0 ? [{ view, photos: parts.reduce((sum, part) => sum + part.photos.length, 0) }] : []
  })
}

/** The page that holds a part. */
export function viewOf(key: PartKey): View {
  return views.find((view) => partsOf[view].includes(key)) ?? 'welcome'
}

/** Every photo, once, in the order of the pages: what is saved and what is counted. */
export function shotsOf(pack: Pack): Shot[] {
  const all = [...pack.parts.flatMap((part) => part.photos), ...pack.walk, ...pack.people.flatMap((one) => one.shot ?? [])]
  return all.filter((shot, i) => all.findIndex((other) => other.id === shot.id) === i)
}

/** Every part that somebody says. */
export function voicesOf(pack: Pack): Voice[] {
  return pack.parts.flatMap((part) => part.voice ?? [])
}

/** "1:05" */
export function lengthOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** What is read aloud of a part: its name, its words, its rules and what the photos show. */
export function spokenPart(title: string, part: Part): string {
  const ended = (text: string): string => (/[.!?؟…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`)
  return [title, part.words, ...(part.rules ?? []).flatMap(({ rule, why }) => [rule, why]), ...part.photos.map((shot) => shot.words || shot.alt)]
    .filter((text) => text.trim() !== '')
    .map(ended)
    .join(' ')
}

/** The names of a photo's files, smallest first, each with its width. */
export function widthsOf(shot: Shot): number[] {
  return shot.pano ? [2048, 4096] : [360, 720, 1280]
}

/** "1.3", in megabytes as phones count them. */
export function megabytes(bytes: number): string {
  return (Math.max(bytes, 100_000) / 1_000_000).toFixed(1)
}
