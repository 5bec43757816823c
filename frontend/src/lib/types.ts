// The shapes of the API, as the server sends them. Times are RFC 3339 text in UTC.
import type { MoveBody } from './next-types'

export type Place = 'young' | 'work' | 'admin' | 'insight'

export interface Person {
  id: string
  name: string
  avatar: string
}

export interface Organisation {
  name: string
  keyworkerWord: string
  aboutMeWord: string
  dutyPhone: string
}

export interface Session {
  signedIn: boolean
  demo: boolean
  account?: Person
  organisation?: Organisation
  csrf?: string
  serverTime: string
  /** Young people only. */
  locked?: boolean
  lock?: 'none' | 'pin' | 'picture'
  historyOpen?: boolean
  deviceId?: string
  /** Devices that wait for an older one to let them see the history. */
  newDevices?: number
  /** Staff and administrators only. */
  idle?: boolean
  roles?: string[]
  /** At the insight place only: whether any figures are open, and whether notes and targets may be written. */
  may?: 'none' | 'read' | 'publish'
  /** Young people only: what a card that waits on this phone is sealed to. */
  outbox?: OutboxKey
  /** Young people only: a tablet that several people use one after the other. */
  shared?: boolean
  /** Since when Heard is slow to tell people; absent while it is not. */
  stalledSince?: string
}

/** The server's public key, P-256, as 65 bytes in base64url. */
export interface OutboxKey {
  keyId: string
  publicKey: string
}

export type CardKind = 'feeling' | 'need' | 'not_safe'
export type Intensity = 'little' | 'quite' | 'very'

export type ServerState =
  | 'received' | 'alerting' | 'no_channel' | 'seen' | 'promised' | 'here'
  | 'overdue' | 'nobody' | 'check' | 'closed' | 'withdrawn' | 'kept'

/** States that only a phone can know. */
export type ClientState = 'on_phone' | 'not_saved' | 'refused'
export type CardState = ServerState | ClientState

export type EventKind =
  | 'received' | 'alerting' | 'no_channel' | 'seen' | 'promised' | 'handed_over' | 'words' | 'here' | 'overdue'
  | 'escalated' | 'nobody' | 'off_shift'
  | 'check' | 'check_yes' | 'check_no' | 'check_not_yet' | 'closed' | 'reopened' | 'withdrawn' | 'checked_on'

export type Promised = 'coming' | 'sit' | 'talk'

/** 1 who the card went to, 2 cover on this shift, 3 the team on duty, 4 the lead or on call. */
export type Level = 1 | 2 | 3 | 4

export interface Next {
  kind: 'promise_due' | 'handed_over' | 'tell_next' | 'again' | 'none'
  at?: string
  who?: Person
}

/** What a card's true words are made of. */
export interface Status {
  state: CardState
  who?: Person
  at?: string
  by?: string
  promise?: Promised
  level?: Level
  /** Whom Heard told because the one before could not be reached or did not come. */
  told?: Person
  next?: Next
}

export interface CardEvent {
  kind: EventKind
  at: string
  who?: Person
  by?: string
  promise?: Promised
  words?: string
  level?: Level
  told?: Person
}

export type CardAction = 'withdraw' | 'close' | 'reopen' | 'check'

export interface Card extends Status {
  id: string
  clientId: string
  card: string
  kind: CardKind
  intensity?: Intensity
  need?: string
  words?: string
  kept: boolean
  tappedAt: string
  receivedAt: string
  state: ServerState
  version: number
  quote?: string
  audience: (Person & { role?: string })[]
  events: CardEvent[]
  can: CardAction[]
}

export interface CardStatus extends Status {
  id: string
  state: ServerState
  version: number
}

export interface Receipt {
  id: string
  clientId: string
  state: ServerState
  receivedAt: string
  version: number
  duplicate: boolean
}

/** The body of POST /cards: what a tap sends, the same at every try. */
export interface CardBody {
  id: string
  card: string
  kind: CardKind
  intensity?: Intensity
  need?: string
  words?: string
  audience: string[]
  /** Adults switched off for this card: they never see it and are never told. Absent when the phone knows nobody. */
  switchedOff?: string[]
  kept: boolean
  tappedAt: string
}

/** 5 is the best face, 1 the lowest. */
export type Face = 1 | 2 | 3 | 4 | 5

export type ContactKind = 'meeting' | 'visit' | 'session' | 'call' | 'card'

/** What somebody said instead: bytes in base64url without padding. The server reads for itself what they are. */
export interface VoiceBody {
  type: string
  data: string
}

/** How it was with somebody: sealed like a card, and never sent in any other way. */
export interface AnswerBody {
  what: 'answer'
  id: string
  /** The question Heard had asked; it is closed by whatever is answered. */
  ask?: string
  contact?: string
  /** Somebody of theirs, where it is about no one contact. */
  with?: string
  listened: Face | 'not_sure' | 'skip'
  serious?: Face
  say?: Face
  words?: string
  voice?: VoiceBody
  /** Whether the one it is about is told; otherwise it is counted only. */
  tell: boolean
}

/** "I saw my worker today". */
export interface ContactBody {
  what: 'contact'
  id: string
  with: string
  kind: ContactKind
  at: string
}

/** A service's own four questions, 1 to 5 each: with the young person's name, for the service's file. */
export interface FeedbackBody {
  what: 'session_feedback'
  id: string
  contact: string
  scores: Face[]
}

/** What is said about being listened to. */
export type ListenedBody = AnswerBody | ContactBody | FeedbackBody

export type ToldBody = ListenedBody | MoveBody

/** What Heard says when it has an answer or a contact. */
export interface ToldReceipt {
  id: string
  clientId: string
  receivedAt: string
  duplicate: boolean
  /** The period an answer is counted in, in words; absent when it isn't counted. */
  countsIn?: string
  /** The worker will see it. Absent also when it was wanted, and they work with this young person no more. */
  told?: boolean
}

export interface TrustedPerson extends Person {
  role: string
  phone?: string
  default: boolean
  staff: boolean
  /** At work by the rota, and on a device that can be reached. Absent from an older server. */
  on?: boolean
  /** Until when; absent when nobody planned it. */
  until?: string
}

/** Who is on now, as far as a rota says. */
export interface Rota {
  planned: boolean
  /** When the next of their people comes on. */
  nextOn?: string
  /** Who is told if nobody of those chosen is on. */
  covering?: Person
}

export interface Device {
  id: string
  name: string
  current: boolean
  historyOpen: boolean
  createdAt: string
  lastSeenAt?: string
}

export interface Looked {
  who: Person
  what: string
  at: string
  reason?: string
}

export interface DemoDoor {
  key: string
  place: Place
  name: string
  what: string
}
