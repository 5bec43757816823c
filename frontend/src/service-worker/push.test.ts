import { describe, expect, it } from 'vitest'
import ar from '../messages/common/ar.json'
import en from '../messages/common/en.json'
import { bodies, bodyOf, onClick, onPush, pathOf, read } from './push'

const shell = { place: 'work' as const, base: '/work/', version: 'v', shell: '/work/index.html', files: [] }

describe('a push', () => {
  it('says the words of the catalogue, and no others', () => {
    for (const [language, messages] of [['en', en], ['ar', ar]] as const) {
      for (const kind of ['card', 'needs_you', 'test'] as const) expect(bodies[language]?.[kind]).toBe(messages[`push.${kind}`])
    }
  })

  it.each([[undefined], ['feeling-sad'], ['']])('of an unknown kind %j still says something plain', (kind) => {
    expect(bodyOf(kind, 'en-GB')).toBe('Someone sent a card')
  })

  it('speaks English to a phone in a language Heard has not', () => expect(bodyOf('test', 'pl')).toBe('Test: tap to answer'))

  it.each([['/../admin'], ['https://evil.example'], [42], [undefined], ['short']])('never leads anywhere by an id like %j', (id) => {
    expect(pathOf(id, '/work/')).toBe('/work/')
  })

  it('leads to the alert', () => expect(pathOf('0193a1b2-0000-7000-8000-000000000001', '/work/')).toBe('/work/open/0193a1b2-0000-7000-8000-000000000001'))

  it('reads what is no JSON as nothing', () => {
    expect(read({ json: () => { throw new Error('not JSON') } })).toEqual({})
    expect(read({ json: () => 'text' })).toEqual({})
    expect(read(null)).toEqual({})
  })

  it('always shows a notification, with no word of the payload in it', async () => {
    const shown: { title: string; options: NotificationOptions }[] = []
    const messages: unknown[] = []
    const worker = {
      navigator: { language: 'en' },
      registration: { showNotification: async (title: string, options: NotificationOptions) => void shown.push({ title, options }), getNotifications: async () => [] },
      clients: { matchAll: async () => [{ postMessage: (message: unknown) => messages.push(message) }] }
    } as unknown as ServiceWorkerGlobalScope
    for (const payload of [{ v: 1, n: '0193a1b2-0000-7000-8000-000000000001', k: 'needs_you' }, { n: 'x', k: 'Leo is sad' }, null]) {
      await onPush(worker, shell, payload && { json: () => payload })
    }
    expect(shown.map(({ title, options }) => [title, options.body])).toEqual([['Heard', 'Someone needs you'], ['Heard', 'Someone sent a card'], ['Heard', 'Someone sent a card']])
    expect(messages).toHaveLength(3)
  })
})

describe('a pressed notification', () => {
  const press = async (address: string) => {
    const asked: unknown[] = []
    const opened: string[] = []
    const page = {
      url: address,
      focus: async () => page,
      postMessage: (message: unknown, [port]: MessagePort[]) => {
        asked.push(message)
        port?.postMessage('taken')
      }
    }
    const worker = {
      navigator: { language: 'en' },
      registration: { getNotifications: async () => [] },
      clients: { matchAll: async () => [page], openWindow: async (path: string) => void opened.push(path) }
    } as unknown as ServiceWorkerGlobalScope
    await onClick(worker, shell, { close: () => undefined, data: { path: '/work/open/x' } } as unknown as Notification)
    return { asked, opened }
  }

  it.each(['https://heard.example/work', 'https://heard.example/work/', 'https://heard.example/work/rota'])('leads the page at %s, and opens no second one', async (address) => {
    expect(await press(address)).toEqual({ asked: [{ kind: 'open', path: '/work/open/x' }], opened: [] })
  })
  it('leaves pages of another place alone', async () => {
    expect(await press('https://heard.example/workshop')).toEqual({ asked: [], opened: ['/work/open/x'] })
  })
})
