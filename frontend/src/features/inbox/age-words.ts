import { t } from '../../lib/i18n.svelte'
import { ageOf } from './age'

export function ageWords(sinceIso: string, now: number): string {
  const age = ageOf(sinceIso, now)
  switch (age.unit) {
    case 'clock':
      return age.text
    case 'minutes':
      return t('age.minutes', { minutes: age.minutes })
    case 'hours':
      return t('age.hours', { hours: age.hours, minutes: String(age.minutes).padStart(2, '0') })
    case 'days':
      return t('age.days', { days: age.days })
  }
}
