import { ApiError } from '../../lib/http'
import type { MessageKey } from '../../lib/i18n.svelte'
import type { DemoDoor, Session } from '../../lib/types'
import type { Passkey, StaffDevice } from './types'
import { PasskeyError } from './webauthn'

export type Gate = 'loading' | 'unreachable' | 'signed-out' | 'locked' | 'open'

export const account = $state({
  /** This page locked itself; the server may not know yet. */
  hidden: false,
  busy: false,
  fault: undefined as unknown,
  doors: [] as DemoDoor[],
  passkeys: undefined as Passkey[] | undefined,
  devices: undefined as StaffDevice[] | undefined
})

export interface Known {
  known: boolean
  remembered: boolean
  value: Session | undefined
  hidden: boolean
}

/** What the place may show. Private screens are mounted for `open` only, and only on the server's word. */
export function gate({ known, remembered, value, hidden }: Known): Gate {
  if (!known) return 'loading'
  if (!value || remembered) return 'unreachable'
  if (!value.signedIn) return 'signed-out'
  return value.idle || hidden ? 'locked' : 'open'
}

export type InviteProblem = 'expired' | 'used' | 'wrong'

export function inviteProblem(fault: unknown): InviteProblem | undefined {
  if (!(fault instanceof ApiError)) return undefined
  if (fault.reason.endsWith('expired')) return 'expired'
  if (fault.reason.endsWith('used')) return 'used'
  return fault.code === 'not_found' || fault.code === 'invalid' ? 'wrong' : undefined
}

/** Why the passkey did not work; undefined when it is a fault like any other. */
export function passkeyFault(fault: unknown): MessageKey | undefined {
  if (fault instanceof PasskeyError) return `passkey.${fault.problem}`
  if (!(fault instanceof ApiError) || fault.unreachable) return undefined
  if (fault.reason === 'ceremony') return 'passkey.expired'
  if (fault.reason === 'too_many') return 'passkey.tooMany'
  const refused = fault.code === 'unauthenticated' || fault.code === 'not_found' || (fault.code === 'forbidden' && fault.reason !== 'csrf')
  return refused ? 'passkey.refused' : undefined
}

/** The door that opens this very account again after the idle lock; undefined outside the demo. */
export function doorOf(doors: DemoDoor[], value: Session | undefined, place: string): DemoDoor | undefined {
  if (!value?.demo) return undefined
  const here = doors.filter((door) => door.place === place)
  return here.find((door) => door.name === value.account?.name) ?? (here.length === 1 ? here[0] : undefined)
}
