// A place's pack, as the server keeps and sends it. pack.golden.json is one with everything in it; the server's tests
// read the same text.

/** In the order they are written and printed. */
export const partKeys = ['welcome', 'bedroom', 'home', 'day', 'food', 'wifi', 'yours', 'agreements', 'around', 'contact', 'guide', 'advocacy'] as const
export type PartKey = (typeof partKeys)[number]

export interface Shot {
  /** The file's id. */
  id: string
  /** What can be seen, for whoever can't see it. */
  alt: string
  words?: string
  w: number
  h: number
  /** What stands there until the photo does: #rrggbb. */
  colour: string
  /** All the way round, twice as wide as high. */
  pano?: true
}

export interface Rule {
  rule: string
  why: string
}

/** Somebody of the place says a part's words. */
export interface Voice {
  /** The file's id. */
  id: string
  /** Of its one part: voice.webm, voice.ogg or voice.mp4. */
  name: string
  seconds: number
  bytes: number
}

export interface Part {
  key: PartKey
  words: string
  photos: Shot[]
  rules?: Rule[]
  voice?: Voice
}

export type PersonKind = 'lives' | 'works' | 'pet'

export interface PackPerson {
  /** A first name, or a pet's. */
  name: string
  role: string
  kind: PersonKind
  about?: string
  avatar?: string
  shot?: Shot
}

export interface Pack {
  called: string
  /** A town, never a street. */
  area: string
  /** How many young people live there. */
  lives?: number
  parts: Part[]
  /** From the front door to the bedroom, in order. */
  walk: Shot[]
  people: PackPerson[]
  guideFile?: { id: string; bytes: number }
}

/** Something that reads otherwise today than when it was shown; with nothing in it, the place says no more of it. */
export interface Later {
  key: PartKey | 'walk' | 'people' | 'guideFile'
  at: string
  part?: Part
  walk?: Shot[]
  people?: PackPerson[]
  guideFile?: Pack['guideFile']
}

/** Where a file's size can be fetched; nothing where it can't, as most sizes can't out of a saved copy. */
export type FileSrc = (id: string, name: string) => string | undefined
