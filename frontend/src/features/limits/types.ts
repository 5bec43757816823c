/** How long a level has to look before the next is told, in seconds. */
export interface Limits {
  notSafe: number
  sitWithMe: number
  other: number
}

export const kinds = ['notSafe', 'sitWithMe', 'other'] as const
export type LimitKind = (typeof kinds)[number]
