import { describe, expect, it } from 'vitest'
import ar from '../../messages/insight/ar.json'
import en from '../../messages/insight/en.json'
import { concern, overview, times } from './made-up'
import { countedIn, latestShown, readingOf, saysResponse, sentenceOf } from './sentence'
import { asked, groupsOf, newestFirst } from './state.svelte'
import { parsePeriod, periodWords, tickWords } from './periods'
import type { Rule, Says, Sense } from './types'

const rules: Rule[] = ['outside', 'trend', 'two_of_three', 'shift']
const senses: (Sense | undefined)[] = ['improvement', 'concern', undefined]

describe('the sentence', () => {
  it('exists in every language for all that a chart can mean', () => {
    const all: Says[] = [{ kind: 'none' }, { kind: 'few', points: 3, needed: 13 }, { kind: 'usual' }, { kind: 'by_unit' }]
    for (const rule of rules) for (const sense of senses) for (const up of [true, false]) all.push({ kind: 'change', rule, sense, up, count: 7 })
    for (const says of all) {
      const { key, why } = sentenceOf(says)
      for (const messages of [en, ar]) {
        expect([says, key in messages]).toEqual([says, true])
        expect([says, why === undefined || why in messages]).toEqual([says, true])
      }
    }
  })
  it('says the run, its side and its length', () => {
    expect(sentenceOf(concern().says)).toEqual({ key: 'says.lead.concern', why: 'says.why.shift.down', count: 7, needed: 13 })
    expect(sentenceOf(times().says)).toEqual({ key: 'says.few', count: 9, needed: 13 })
  })
  it('claims no change that the server has not named', () => {
    expect(sentenceOf({ kind: 'change' }).key).toBe('says.none')
    expect(sentenceOf({ kind: 'later' as never }).key).toBe('says.none')
  })
})

describe('how a period reads', () => {
  it('is the sense of its rule', () => {
    expect([readingOf(concern(), 0), readingOf(concern(), 17), readingOf(times(), 3)]).toEqual(['usual', 'concern', 'unknown'])
    const plain = concern()
    plain.chart.points[3] = { lower: 0, upper: 1, rule: 'trend' }
    expect(readingOf(plain, 3)).toBe('neither')
  })
  it('headlines the latest that can be shown, and says when later ones are hidden', () => {
    const measure = overview.measures[0]
    if (!measure) throw new Error('no measure')
    expect(latestShown(concern(), measure)).toEqual({ i: 17, hiddenSince: false })
    const series = concern()
    series.points = series.points.slice(0, 8)
    expect(latestShown(series, measure)).toEqual({ i: 6, hiddenSince: true })
    series.points = series.points.slice(7)
    expect(latestShown(series, measure)).toBeUndefined()
  })
  it('says how many answered where young people were asked, once', () => {
    const of = (key: string, group: 'listened' | 'answered') => saysResponse({ key, group, kind: 'rate', direction: 'up' })
    expect([of('felt_listened', 'listened'), of('response_rate', 'listened'), of('family_listened', 'listened'), of('cards_in_time', 'answered')]).toEqual([true, false, false, false])
  })
  it('counts cards, families, moves or young people', () =>
    expect(['felt_listened', 'family_listened', 'until_here', 'it_helped', 'continuity', 'notice', 'buddy_week', 'review_7', 'settled'].map(countedIn)).toEqual(['young', 'family', 'card', 'young', 'young', 'move', 'move', 'young', 'young']))
})

describe('what the address asks for', () => {
  it('is taken as far as it exists', () => {
    expect(asked('?measure=taken_seriously&unit=oak&view=compare&period=2026-03&chart=p', 'listened', overview)).toMatchObject({ measure: { key: 'taken_seriously' }, unit: { id: 'oak' }, view: 'compare', period: '2026-03', chart: 'p' })
    expect(asked('?measure=until_here&unit=none&view=x&period=y&chart=z', 'listened', overview)).toMatchObject({ measure: { key: 'felt_listened' }, unit: undefined, view: 'time', period: '2026-10', chart: 'xmr' })
    expect(asked('', 'listened', undefined)).toMatchObject({ measure: undefined, unit: undefined, period: '' })
  })
  it('needs no choosing where there is one unit', () => expect(asked('', 'listened', { ...overview, units: overview.units.slice(0, 1) }).unit?.id).toBe('elm'))
  it('offers only pages whose figures exist, newest release first', () => {
    expect(groupsOf(overview)).toEqual(['listened', 'answered'])
    expect(groupsOf(undefined)).toEqual([])
    expect(newestFirst(overview)[0]?.number).toBe(18)
    expect(overview.releases[0]?.number).toBe(1)
  })
})

describe('periods in words', () => {
  const to = (from: string, until: string): string => `${from} to ${until}`
  it('are months or quarters', () => {
    expect(periodWords('2026-10', 'en-GB', 'long', to)).toBe('October 2026')
    expect(periodWords('2026-Q3', 'en-GB', 'long', to)).toBe('July to September 2026')
    expect(periodWords('2026-Q4', 'en-GB', 'short', to)).toBe('Oct to Dec 2026')
    expect(tickWords('2026-01', 'en-GB')).toBe('Jan')
    expect(tickWords('2026-Q1', 'en-GB')).toBe('Jan–Mar')
  })
  it.each(['2026-13', '2026-Q5', '', 'soon', '2026-00'])('%j is no period and stays as it is', (period) => {
    expect(parsePeriod(period)).toBeUndefined()
    expect(periodWords(period, 'en-GB', 'long', to)).toBe(period)
  })
})
