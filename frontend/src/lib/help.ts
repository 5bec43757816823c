// Help numbers are part of the app itself: they work without signal to Heard, and are read again each quarter.

/** When a person last checked every number below. */
export const reviewed = '2026-11-21'

export interface HelpNumber {
  key: 'danger' | 'duty' | 'childline' | 'nhs' | 'shout' | 'samaritans'
  /** Grouped as people say it. */
  shown: string
  href: string
  text: boolean
}

export function tel(number: string): string {
  return `tel:${number.replace(/[^\d+]/g, '')}`
}

/** Numbers are grouped as people say them: 01632 960 900, 020 7946 0000. What is no usual number stays as it was written. */
export function spoken(number: string): string {
  const digits = number.replace(/[\s-]/g, '')
  if (/^02\d{9}$/.test(digits)) return `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`
  if (/^0\d{10}$/.test(digits)) return `${digits.slice(0, 5)} ${digits.slice(5, 8)} ${digits.slice(8)}`
  return number
}

export const childline = '0800 1111'

export function helpNumbers(dutyPhone?: string): HelpNumber[] {
  const duty: HelpNumber[] = dutyPhone ? [{ key: 'duty', shown: spoken(dutyPhone), href: tel(dutyPhone), text: false }] : []
  return [
    { key: 'danger', shown: '999', href: 'tel:999', text: false },
    ...duty,
    { key: 'childline', shown: childline, href: tel(childline), text: false },
    { key: 'nhs', shown: '111', href: 'tel:111', text: false },
    { key: 'shout', shown: '85258', href: 'sms:85258?&body=SHOUT', text: true },
    { key: 'samaritans', shown: '116 123', href: 'tel:116123', text: false }
  ]
}
