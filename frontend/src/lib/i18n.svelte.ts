// Every text a person reads comes through t(). One language file a place, fetched when it is chosen.
import type admin from '../messages/admin/en.json'
import type common from '../messages/common/en.json'
import type family from '../messages/family/en.json'
import type insight from '../messages/insight/en.json'
import type pack from '../messages/pack/en.json'
import type work from '../messages/work/en.json'
import type young from '../messages/young/en.json'
import type youngMore from '../messages/young-more/en.json'
import { type Language, languages } from './i18n-languages'
import { type Params, format } from './message'

export { type Language, languages }

export type MessageKey = keyof typeof common | keyof typeof young | keyof typeof youngMore | keyof typeof work | keyof typeof admin | keyof typeof insight | keyof typeof pack | keyof typeof family
type Messages = Record<string, string>
export type Loaders = Record<Language, () => Promise<{ default: Messages }[]>>

/** Names of the languages in themselves, and whether a person has read the translation. */
export const languageNames: Record<Language, { name: string; draft: boolean }> = {
  en: { name: 'English', draft: false },
  ar: { name: 'العربية', draft: true }
}

const state = $state<{ language: Language; messages: Messages }>({ language: 'en', messages: {} })
let loaders: Loaders | undefined
let laterLoaders: Loaders | undefined
let later: Promise<void> | undefined

/** The BCP 47 tag for Intl. Western digits in Arabic too: telephone numbers and times read the same as on the phone. */
export function locale(): string {
  return state.language === 'ar' ? 'ar-u-nu-latn' : 'en-GB'
}

export function language(): Language {
  return state.language
}

export function t(key: MessageKey, params?: Params): string {
  const text = state.messages[key]
  return text === undefined ? '' : format(locale(), text, params)
}

async function take(parts: Promise<{ default: Messages }[]>): Promise<Messages> {
  return Object.assign({}, ...(await parts).map((part) => part.default))
}

export async function setLocale(next: Language): Promise<void> {
  if (!loaders) return
  const [first, more] = await Promise.all([take(loaders[next]()), later && laterLoaders ? take(laterLoaders[next]()) : {}])
  state.messages = { ...first, ...more }
  state.language = next
  document.documentElement.lang = next
  document.documentElement.dir = next === 'ar' ? 'rtl' : 'ltr'
}

/** The words of all pages but the first screen. Asked for once it stands; pages that need them wait for this. */
export function laterMessages(): Promise<void> {
  later ??= (async () => {
    if (!laterLoaders) return
    const more = await take(laterLoaders[state.language]())
    state.messages = { ...state.messages, ...more }
  })().catch((fault) => {
    later = undefined
    throw fault
  })
  return later
}

/** Called once by each entry before it mounts. A language that can't be fetched falls back to English. */
export async function startMessages(files: Loaders, wanted: Language, more?: Loaders): Promise<void> {
  loaders = files
  laterLoaders = more
  later = undefined
  try {
    await setLocale(wanted)
  } catch {
    await setLocale('en')
  }
}

export function time(at: string | number | Date): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(at))
}

/** A moment within a day from now: "14:30", or "09:00 tomorrow". */
export function moment(at: string, now: number = Date.now()): string {
  const date = new Date(at)
  const tomorrow = new Date(now)
  tomorrow.setDate(tomorrow.getDate() + 1)
  return date.toDateString() === tomorrow.toDateString() ? t('time.tomorrow', { time: time(at) }) : time(at)
}

/** The hour as people say it, today or by tomorrow morning: "10 pm", "8:30 am"; further away with its day: "8 am on Monday". */
export function hourOf(at: string, now: number = Date.now()): string {
  const date = new Date(at)
  const minute = date.getMinutes() > 0 ? ('2-digit' as const) : undefined
  const hour = new Intl.DateTimeFormat(locale(), { hour: 'numeric', minute, hour12: true }).format(date)
  if (date.toDateString() === new Date(now).toDateString() || date.getTime() - now < 18 * 3_600_000) return hour
  return t('time.on_day', { time: hour, day: new Intl.DateTimeFormat(locale(), { weekday: 'long' }).format(date) })
}

/** "today", "yesterday" or "3 March": what a card list and a device list say. */
export function day(at: string | number | Date, now: number = Date.now()): string {
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(new Date(at).getTime()) - midnight(now)) / 86_400_000)
  if (days === 0 || days === -1) return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(days, 'day')
  return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'long' }).format(new Date(at))
}

/** "Sam", "Sam and Jo", "Sam, Jo and Priya". */
export function list(names: string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names)
}
