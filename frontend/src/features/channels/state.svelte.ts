import { ApiError } from '../../lib/http'
import type { ChannelKind, ChannelsAnswer } from './types'

export const channels = $state({
  answer: undefined as ChannelsAnswer | undefined,
  fault: undefined as unknown,
  busy: '' as '' | 'add' | string,
  /** Why the last press did not go through. */
  pressFault: undefined as unknown
})

/** What people type between the digits is for their eyes. */
export function digits(code: string): string {
  return code.replace(/[\s-]/g, '')
}

export function codeLooksRight(code: string): boolean {
  return /^\d{6}$/.test(digits(code))
}

/** Not whether it exists: only whether it can be one. The code that is sent there proves the rest. */
export function addressLooksRight(kind: ChannelKind, address: string): boolean {
  const text = address.trim()
  if (kind === 'email') return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) && text.length <= 254
  return /^\+?\d{8,15}$/.test(text.replace(/[\s()-]/g, ''))
}

export function isWrongCode(fault: unknown): boolean {
  return fault instanceof ApiError && !fault.unreachable && fault.reason.startsWith('code_')
}
