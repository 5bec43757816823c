export interface Ceremony {
  options: unknown
  ceremony: string
  /** Whom an invitation is for. */
  name?: string
}

export interface Passkey {
  id: string
  name: string
  createdAt: string
  lastUsedAt?: string
}

export interface StaffDevice {
  id: string
  name: string
  current: boolean
  createdAt: string
  lastSeenAt?: string
}
