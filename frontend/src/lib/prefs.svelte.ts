// How a person likes Heard to look on this device. Nothing private: it may stay after signing out.
import { type Language, languages } from './i18n.svelte'

export type Theme = 'auto' | 'light' | 'dark'
export type TextSize = 'normal' | 'large' | 'largest'
export type Font = 'heard' | 'spaced' | 'phone'
export type Motion = 'auto' | 'less'

export interface Prefs {
  theme: Theme
  text: TextSize
  font: Font
  motion: Motion
  language: Language
}

const key = 'heard-look'

function systemLanguage(): Language {
  for (const tag of navigator.languages ?? []) {
    const found = languages.find((known) => tag.toLowerCase().startsWith(known))
    if (found) return found
  }
  return 'en'
}

function read(): Prefs {
  const plain: Prefs = { theme: 'auto', text: 'normal', font: 'heard', motion: 'auto', language: systemLanguage() }
  try {
    return { ...plain, ...JSON.parse(localStorage.getItem(key) ?? '{}') }
  } catch {
    return plain
  }
}

export const prefs = $state<Prefs>(read())

export function applyPrefs(): void {
  const { dataset } = document.documentElement
  dataset.theme = prefs.theme
  dataset.text = prefs.text
  dataset.font = prefs.font
  dataset.motion = prefs.motion
}

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  prefs[name] = value
  applyPrefs()
  try {
    localStorage.setItem(key, JSON.stringify(prefs))
  } catch {
    // A private window may refuse: the choice holds until the page closes.
  }
}
