export interface Notice {
  id: string
  kind: 'rota_gap' | 'no_lead'
  team: { id: string; name: string }
  startsAt?: string
  endsAt?: string
  openedAt: string
}
