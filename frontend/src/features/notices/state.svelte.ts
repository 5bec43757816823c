import type { Notice } from './types'

export const notices = $state({ open: [] as Notice[] })

/** Only those who can mend it are told: leads and safeguarding leads. */
export function toldOf(roles: string[] | undefined): boolean {
  return roles?.some((role) => role === 'lead' || role === 'safeguarding') ?? false
}

/** What comes first first; a team without a lead, which is so already, before all gaps. */
export function inOrder(open: Notice[]): Notice[] {
  return [...open].sort((a, b) => (a.startsAt ?? '').localeCompare(b.startsAt ?? '') || a.team.name.localeCompare(b.team.name))
}

/** Where it is mended: the team's week, by the day on which the gap begins. */
export function wayTo(notice: Notice): string {
  const query = new URLSearchParams({ team: notice.team.id, ...(notice.startsAt && { from: notice.startsAt.slice(0, 10) }) })
  return `/work/rota?${query}`
}
