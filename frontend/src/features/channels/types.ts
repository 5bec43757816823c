export const kinds = ['email', 'sms'] as const
export type ChannelKind = (typeof kinds)[number]

export interface Channel {
  id: string
  kind: ChannelKind
  /** Never whole: only so much that its owner knows it again. */
  address: string
  verified: boolean
  createdAt: string
  lastProblem?: string
}

export interface ChannelsAnswer {
  /** This server can send e-mail, text messages. */
  email: boolean
  sms: boolean
  channels: Channel[]
}
