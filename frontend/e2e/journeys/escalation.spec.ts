// Nobody looks: the card climbs from the keyworker to cover to the lead, and the young person reads at each step what is
// true. On PostgreSQL, where the limits can be set to seconds.
import { call, enrol, expect, join, test } from '../fixtures'
import { answerTest, onNow, shortLimits, teamOf, turnOn } from '../support/duty'
import { givePasskeys } from '../support/passkey'
import { PushOfChromium } from '../support/push'

test.use({ database: 'postgres' })
// Two limits are waited for on purpose, and three people come in before.
test.describe.configure({ timeout: 120_000 })

const limit = 7

test('a card nobody looks at goes from the keyworker to cover to the lead', async ({ heard, admin, world, phone, browser }) => {
  const { keyworker, lead } = world
  const cover = await (await browser.newContext()).newPage()
  await givePasskeys(cover)
  const name = `Ada ${world.youngPerson.name}`
  const made = await call<{ id: string; invitation: { url: string } }>(admin, 'POST', '/api/admin/staff', { name, called: 'Ada', kind: 'staff' })
  await enrol(cover, made.invitation.url)
  const pushes = {
    keyworker: keyworker.push,
    cover: await PushOfChromium.prepare(cover, heard.url, '/work/', heard.push),
    lead: await PushOfChromium.prepare(lead.page, heard.url, '/work/', heard.push)
  }

  await test.step('three people turn notifications on, and the lead plans them for now', async () => {
    for (const page of [keyworker.page, cover, lead.page]) await turnOn(page)
    const team = await teamOf(lead.page)
    await onNow(lead.page, team, keyworker.id, 'team')
    await onNow(lead.page, team, made.id, 'cover')
    await onNow(lead.page, team, lead.id, 'on_call')
    await lead.page.goto('/work/rota')
    for (const one of ['Ada', keyworker.name, lead.name]) await expect(lead.page.getByRole('rowheader', { name: one })).toBeVisible()
  })

  await test.step('on shift is not on duty: only the answered test is', async () => {
    await keyworker.page.goto('/work/')
    await expect(keyworker.page.getByText(/Until you answer, young people don’t see you as on/)).toBeVisible()
    await answerTest(keyworker.page, pushes.keyworker)
    await answerTest(cover, pushes.cover)
    await answerTest(lead.page, pushes.lead)
  })

  await test.step('a card goes to the keyworker', async () => {
    await join(phone, world)
    shortLimits(world, limit, heard)
    await lead.page.goto('/work')
    await cover.goto('/work')
    await phone.getByRole('button', { name: 'Scared' }).click()
    await phone.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(phone.getByText(`Letting ${keyworker.name} know. ${keyworker.name} hasn’t seen it yet.`).first()).toBeVisible()
    await expect(phone.getByText(/If nobody looks by \d\d:\d\d, we tell Ada\./).first()).toBeVisible()
  })

  await test.step('nobody looks: cover is told, and the young person reads it', async () => {
    await expect(phone.getByText(`${keyworker.name} hasn’t come yet. We’ve told Ada too.`).first()).toBeVisible({ timeout: 15_000 })
    expect(await pushes.cover.pushes(2), 'one test, one card').toHaveLength(2)
    await expect(cover.getByText('Cover was told too').first()).toBeVisible()
  })

  await test.step('nobody looks again: the lead is told', async () => {
    await expect(phone.getByText(`Ada hasn’t come yet. We’ve told ${lead.name} too.`).first()).toBeVisible({ timeout: 15_000 })
    const [, pushed] = await pushes.lead.pushes(2)
    const shown = await pushes.lead.deliver(pushed?.plain ?? '')
    expect(shown).toMatchObject({ title: 'Heard', body: expect.stringMatching(/^Someone (needs you|sent a card)$/) })
    await pushes.lead.press()
  })

  await test.step('the lead presses, and the young person sees who saw it', async () => {
    await lead.page.getByRole('button', { name: 'I’ve seen this' }).filter({ visible: true }).last().click()
    await expect(phone.getByText(new RegExp(`${lead.name} saw this at \\d\\d:\\d\\d`)).first()).toBeVisible()
    await lead.page.getByRole('button', { name: /^Coming at …/ }).click()
    await lead.page.getByRole('button', { name: `Send to ${world.youngPerson.name}` }).click()
    await expect(phone.getByText(new RegExp(`${lead.name} is coming by \\d\\d:\\d\\d`)).first()).toBeVisible()
  })
  await cover.context().close()
})
