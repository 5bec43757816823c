import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { helpNumbers, spoken, tel } from './help'

describe('help numbers', () => {
  it('are these, in this order', () => {
    expect(helpNumbers('01632 960900').map((row) => [row.key, row.shown, row.href])).toEqual([
      ['danger', '999', 'tel:999'], ['duty', '01632 960 900', 'tel:01632960900'], ['childline', '0800 1111', 'tel:08001111'],
      ['nhs', '111', 'tel:111'], ['shout', '85258', 'sms:85258?&body=SHOUT'], ['samaritans', '116 123', 'tel:116123']
    ])
  })

  it('leave out a duty line nobody has set', () => expect(helpNumbers('').map((row) => row.key)).not.toContain('duty'))

  it('stand in each page also without JavaScript', () => {
    for (const page of ['index.html', 'work/index.html', 'admin/index.html']) {
      const html = readFileSync(join(import.meta.dirname, '../..', page), 'utf8')
      for (const number of ['999', '0800 1111', '111', '116 123', '85258']) expect([page, html.includes(number)]).toEqual([page, true])
    }
  })

  it.each([['07700900123', '07700 900 123'], ['020 79460000', '020 7946 0000'], ['+44 7700 900123', '+44 7700 900123'], ['0800 1111', '0800 1111']])('%s is said %s', (number, said) => expect(spoken(number)).toBe(said))
  it('are dialled as digits', () => expect(tel('+44 (0)7700-900 123')).toBe('tel:+4407700900123'))
})
