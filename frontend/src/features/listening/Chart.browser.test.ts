import { expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import ar from '../../messages/young-more/ar.json'
import en from '../../messages/young-more/en.json'
import { day, setLocale, startMessages } from '../../lib/i18n.svelte'
import Chart from './Chart.svelte'
import type { OwnAnswer } from './types'

await startMessages({ en: () => Promise.resolve([{ default: en }]), ar: () => Promise.resolve([{ default: ar }]) }, 'en')

const at = (n: number): string => new Date(Date.UTC(2026, 2, n, 12)).toISOString()
const answer = (n: number, listened: OwnAnswer['listened']): OwnAnswer => ({ id: `a${n}`, at: at(n), listened })
/** Every part of it that is read aloud. */
const aloud = (): string[] => [...document.querySelectorAll('figure > :not([aria-hidden="true"])')].map((part) => part.textContent ?? '')

it('says each answer with its day and its words, oldest first, and nothing that judges', async () => {
  for (const [language, words] of [['en', en], ['ar', ar]] as const) {
    await setLocale(language)
    const { unmount } = await render(Chart, { mine: [answer(9, 2), answer(8, 'not_sure'), answer(5, 4), answer(1, 5)] })
    const said = [`${day(at(1))}: ${words['listened.face_5']}`, `${day(at(5))}: ${words['listened.face_4']}`, `${day(at(9))}: ${words['listened.face_2']}`]
    expect(aloud()).toEqual([words['own.title'], said.join('. ')])
    expect(document.querySelectorAll('figure .faces > span')).toHaveLength(3)
    await unmount()
  }
  await setLocale('en')
})

it.each<[string, OwnAnswer[]]>([['no answer', []], ['a single one', [answer(1, 3)]], ['a single face', [answer(2, 'not_sure'), answer(1, 3)]]])('draws no chart of %s', async (_, mine) => {
  await render(Chart, { mine })
  expect(document.querySelector('figure')).toBeNull()
})
