// A move with something in every panel, for tests.
import type { Move } from './types'

const person = (id: string, name: string, avatar: string) => ({ id, name, avatar })
export const people = { leo: person('y', 'Leo', 'a1'), sam: person('s', 'Sam', 'a2'), kay: person('k', 'Kay', 'a3'), tia: person('t', 'Tia', 'a4') }

export const madeUp = (): Move => ({
  serverTime: '2026-11-22T12:00:00.000Z', id: 'm', revision: 3, side: 'theirs', sides: ['theirs'], state: 'told',
  may: ['words', 'tell', 'arrived', 'end', 'answer', 'visits', 'journey', 'choices', 'bag', 'reviews'],
  youngPerson: people.leo, from: { id: 'f', name: 'Elm Road' }, to: { id: 'o', name: 'Oak House' }, emergency: false, day: '2026-11-28', days: [{ was: '2026-11-27', at: '2026-11-20T10:00:00.000Z' }],
  toldAt: '2026-11-14T16:02:00.000Z', toldBy: people.sam, choice: 'not_yet',
  missing: [{ what: 'question', due: '2026-11-20T17:00:00.000Z', overdue: true }, { what: 'visit', overdue: false }],
  words: { reason: 'Oak House is near your school.', decidedBy: 'Marta and Sam', wishes: 'You wanted to stay near Ana.', timeWords: 'after lunch' },
  pack: { published: { number: 2, at: '2026-11-18T09:00:00.000Z' }, shown: { number: 1, at: '2026-11-14T16:02:00.000Z' } },
  asks: {
    questions: [
      { id: 'q1', words: 'Is there a cat?', at: '2026-11-15T10:00:00.000Z', due: '2026-11-17T17:00:00.000Z', answer: { words: 'Yes, Biscuit.', who: people.kay, at: '2026-11-16T09:00:00.000Z' } },
      { id: 'q2', words: 'Can I lock my door?', at: '2026-11-18T10:00:00.000Z', due: '2026-11-20T17:00:00.000Z' }
    ],
    visits: [{ id: 'v', kind: 'visit', words: 'Can I see my room?', at: '2026-11-18T10:00:00.000Z', by: 'young', state: 'asked' }],
    about: [{ id: 'a', words: 'I wake up at night.', at: '2026-11-15T10:00:00.000Z' }]
  },
  journey: {
    revision: 1, leavesAt: '2026-11-28T10:00:00.000Z', how: 'car', minutes: 95, with: [people.sam], escort: people.sam, mayStop: true, stops: [{ name: 'Services', minutes: 45, toilet: true }],
    music: 'Leo’s list', carriedIn: 'case',
    choices: [
      { key: 'seat', wish: 'In front', state: 'asked', askedAt: '2026-11-19T10:00:00.000Z' },
      { key: 'food', wish: 'Chips on the way', state: 'agreed', by: people.sam, askedAt: '2026-11-18T10:00:00.000Z' },
      { key: 'time', wish: 'In the evening', state: 'no', reason: 'Dinner is at six, and we want you there for it.', by: people.sam, askedAt: '2026-11-18T10:00:00.000Z' }
    ]
  },
  escorts: [people.sam, people.kay],
  bag: [
    { id: 'b1', name: 'Blue blanket', mine: true, packed: true, arrived: false, missing: false, noBinBags: true },
    { id: 'b2', name: 'Games console', mine: true, packed: false, arrived: false, missing: false, noBinBags: false }
  ],
  reviews: [{ day: 1, at: '2026-11-21T10:00:00.000Z', face: 4, words: 'It was fine.', longer: true }]
})
