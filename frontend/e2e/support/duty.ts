// Shifts of this very moment, and the test push that puts a worker on duty for them.
import { call, expect, type World } from '../fixtures'
import type { Page } from '@playwright/test'
import type { PushOfChromium } from './push'

export interface Team {
  id: string
  timeZone: string
}

/** The team that a lead plans. */
export async function teamOf(lead: Page): Promise<Team> {
  const rota = await call<{ team: string; timeZone: string }>(lead, 'GET', '/api/work/rota')
  return { id: rota.team, timeZone: rota.timeZone }
}

/** A shift from an hour ago to some hours ahead, by the clock of the rota. */
export async function onNow(lead: Page, team: Team, personId: string, role: 'cover' | 'team' | 'on_call', hours = 6): Promise<void> {
  const wall = (at: number): { date: string; time: string } => {
    const text = new Intl.DateTimeFormat('sv-SE', { timeZone: team.timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)
    return { date: text.slice(0, 10), time: text.slice(11, 16) }
  }
  const [from, to] = [wall(Date.now() - 3_600_000), wall(Date.now() + hours * 3_600_000)]
  await call(lead, 'POST', '/api/work/rota/shifts', {
    teamId: team.id,
    personId,
    role,
    date: from.date,
    from: from.time,
    to: to.time,
    endsNextDay: to.date !== from.date,
    repeat: 'none',
    allowGaps: true
  })
}

/** Turns notifications on by the settings page, as a worker does. */
export async function turnOn(page: Page): Promise<void> {
  await page.goto('/work/settings')
  await page.getByRole('button', { name: 'Turn on notifications here' }).click()
  await expect(page.getByText('This device', { exact: true }).first()).toBeVisible()
}

/** The test push of a shift comes, its notification is pressed, and the worker says that it came. */
export async function answerTest(page: Page, push: PushOfChromium, nth = 1): Promise<void> {
  const pushes = await push.pushes(nth)
  const shown = await push.deliver(pushes[nth - 1]?.plain ?? '')
  expect(shown.body).toBe('Test: tap to answer')
  await push.press()
  await page.getByRole('button', { name: 'Yes, I got it' }).click()
  await expect(page.getByText(/On duty until/).filter({ visible: true }).first()).toBeVisible()
}

/** Seconds a level, far below what a service may set: a journey can't wait for minutes. */
export function shortLimits(world: World, seconds: number, heard: { sql(statement: string): void }): void {
  heard.sql(
    `INSERT INTO service_limits (service_id, organisation_id, not_safe, sit_with_me, other)
     SELECT s.id, s.organisation_id, ${seconds}, ${seconds}, ${seconds} FROM services s
     JOIN relations r ON r.object_id = s.id AND r.kind = 'served_by' WHERE r.subject_id = '${world.youngPerson.id}'`
  )
}
