// From nothing to a young person's first code, by the administrator's pages alone.
import { acceptInvitation, expect, test } from '../fixtures'
import { givePasskeys } from '../support/passkey'

test('an administrator sets up a home, a lead, a keyworker and a young person', async ({ heard, admin, browser }) => {
  const service = `Oak Lodge ${Date.now()}`
  const dialog = admin.getByRole('dialog').filter({ visible: true })

  await test.step('a service and a team', async () => {
    await admin.goto(`${heard.url}/admin/services`)
    await admin.getByRole('button', { name: 'Add a service' }).click()
    await dialog.getByLabel('Name').fill(service)
    await dialog.getByRole('button', { name: 'Add a service' }).click()
    await admin.getByRole('button', { name: `Add a team to ${service}` }).click()
    await dialog.getByLabel('Name').fill('Night team')
    await dialog.getByRole('button', { name: 'Add a team', exact: true }).click()
    await expect(admin.getByText('Night team')).toBeVisible()
  })

  const addStaff = async (name: string): Promise<string> => {
    await admin.goto(`${heard.url}/admin/staff`)
    await admin.getByRole('button', { name: 'Add someone' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill(name)
    await dialog.getByRole('button', { name: 'Add someone' }).click()
    const link = await dialog.getByLabel('Link').inputValue()
    await dialog.getByRole('button', { name: 'I have passed it on' }).click()
    return link
  }
  const propose = async (what: RegExp, who: string, toWhom: string): Promise<void> => {
    await admin.goto(`${heard.url}/admin/relations`)
    await admin.getByRole('button', { name: 'Propose a relation' }).click()
    const kind = dialog.getByLabel('What')
    await kind.selectOption({ label: (await kind.locator('option').allInnerTexts()).find((one) => what.test(one)) ?? '' })
    const pick = async (label: string, text: string) => {
      const list = dialog.getByLabel(label, { exact: true })
      await list.selectOption({ label: (await list.locator('option').allInnerTexts()).find((one) => one.includes(text)) ?? text })
    }
    await pick('Who', who)
    await pick('To whom', toWhom)
    await dialog.getByLabel('Reason').fill('First set-up')
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
    await expect(dialog).toHaveCount(0)
  }

  const lead = await (await browser.newContext()).newPage()
  await givePasskeys(lead)
  const keyworker = await (await browser.newContext()).newPage()
  await givePasskeys(keyworker)

  await test.step('a lead and a keyworker, by invitation', async () => {
    await acceptInvitation(lead, await addStaff('Nora Lead'))
    await propose(/^Lead of/, 'Nora Lead', service)
    await acceptInvitation(keyworker, await addStaff('Kim Keyworker'))
  })

  await test.step('a young person, whose keyworker the lead confirms', async () => {
    await admin.goto(`${heard.url}/admin/young-people`)
    await admin.getByRole('button', { name: 'Add a young person' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill('Robin Young')
    await dialog.getByLabel('Served by').selectOption({ label: service })
    await dialog.getByRole('button', { name: 'Add a young person' }).click()
    await expect(admin.getByText('Robin Young').first()).toBeVisible()
    const confirm = async () => {
      await lead.goto(`${heard.url}/work/people`)
      await lead.getByRole('button', { name: /^Confirm/ }).first().click()
      await expect(lead.getByText('Confirmed. It holds from now.')).toBeVisible()
    }
    await propose(/of a young person$/, 'Kim Keyworker', 'Robin Young')
    await keyworker.goto(`${heard.url}/work/people`)
    await expect(keyworker.getByText('No young people yet')).toBeVisible()
    await confirm()
  })

  await test.step('and the keyworker makes the code', async () => {
    await keyworker.goto(`${heard.url}/work/people`)
    await keyworker.getByRole('button', { name: /Join code for Robin/ }).click()
    await keyworker.getByRole('button', { name: 'Make a code' }).click()
    await expect(keyworker.getByAltText('QR code to join')).toBeVisible()
  })
  await lead.context().close()
  await keyworker.context().close()
})
