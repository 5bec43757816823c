// What an adult is to a young person, in the organisation's own word for "keyworker".
import { t } from './i18n.svelte'

const known = { keyworker: 'role.keyworker', lead: 'role.lead', safeguarding: 'role.safeguarding', cover: 'role.cover', family: 'role.family' } as const

export function roleWords(role: string | undefined, keyworker: string): string {
  return t(known[role as keyof typeof known] ?? 'role.other', { keyworker })
}
