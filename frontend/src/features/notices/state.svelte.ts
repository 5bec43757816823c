import type { Notice } from './types'

export const notices = $state({ open: [] as Notice[] })

/** Only those who can mend it are told: leads and safeguarding leads. */
export function toldOf(roles: string[] | undefined): boolean {
  return roles?.some((role) => role === 'lead' || role === 'safeguarding') ?? false
}

const rank: Record<Notice['kind'], number> = { no_lead: 0, rota_gap: 1, break_glass: 2 }

/** What is to be mended first: a team without a lead, which is so already, then gaps by their beginning. Kinds that this
 *  build has not heard of are left out. */
export function inOrder(open: Notice[]): Notice[] {
  return open.filter((notice) => notice.kind in rank).sort((a, b) => rank[a.kind] - rank[b.kind] || (a.startsAt ?? '').localeCompare(b.startsAt ?? '') || a.openedAt.localeCompare(b.openedAt))
}

/** Where it is mended: the team's week, by the day on which the gap begins. A broken glass is only told. */
export function wayTo(notice: Notice): string | undefined {
  if (!notice.team) return undefined
  const query = new URLSearchParams({ team: notice.team.id, ...(notice.startsAt && { from: notice.startsAt.slice(0, 10) }) })
  return `/work/rota?${query}`
}
