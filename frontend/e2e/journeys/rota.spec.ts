// A lead plans the rota by keyboard alone; what can't be is refused where it stands, and others only read.
import { call, expect, test } from '../fixtures'
import { pressByKey, tabTo } from '../support/keyboard'

test('a lead plans the week by keyboard, and what can’t be is refused at its place', async ({ world }) => {
  test.setTimeout(180_000)
  const { page } = world.lead
  const { keyworker } = world
  const shift = (times: string) => page.getByRole('button', { name: new RegExp(`^${keyworker.name}, Cover, .*${times}`) }).filter({ visible: true })
  const dialog = page.getByRole('dialog').filter({ visible: true })
  const fill = async (name: RegExp, text: string): Promise<void> => {
    await tabTo(page, name)
    await page.keyboard.type(text)
  }
  const saved = async (): Promise<void> => {
    await pressByKey(page, /^Save$/)
    await expect(dialog.getByText('That leaves nobody on').or(page.getByText('Saved.')).first()).toBeVisible()
    if (await dialog.isVisible()) await pressByKey(page, /^Save anyway$/)
    await expect(dialog).toBeHidden()
  }

  await test.step('from nothing to a first shift', async () => {
    await page.goto('/work/rota')
    await expect(page.getByRole('heading', { name: 'No rota yet' })).toBeVisible()
    await pressByKey(page, /^Add a shift$/)
    await fill(/^Who$/, keyworker.name)
    // Mornings: they read the same on a clock of twelve hours and of twenty-four.
    await fill(/^From$/, '0730AM')
    await fill(/^To$/, '0930AM')
    await expect(dialog.getByText('2 h', { exact: true })).toBeVisible()
    await tabTo(page, /^Repeat$/)
    await page.keyboard.type('Every day')
    await saved()
    await expect(shift('07:30–09:30').first()).toBeVisible()
  })

  await test.step('a gap is marked, in words too', async () => {
    await expect(page.getByRole('rowheader', { name: 'Nobody is on' })).toBeVisible()
  })

  await test.step('the same person twice at once is refused, with the place', async () => {
    await pressByKey(page, /^Add a shift$/)
    await fill(/^Who$/, keyworker.name)
    await fill(/^From$/, '0800AM')
    await fill(/^To$/, '0900AM')
    await tabTo(page, /^Repeat$/)
    await page.keyboard.type('Every week')
    await pressByKey(page, /^Save$/)
    const refused = dialog.getByRole('alert').filter({ hasText: 'Two shifts at once' })
    await expect(refused).toContainText(/08:00 to 09:00/)
    await expect(refused.getByRole('button')).toHaveCount(0)
  })

  await test.step('an end before the beginning is taken for a night, and said when it is none', async () => {
    await fill(/^To$/, '0700AM')
    await expect(dialog.getByLabel('Ends the next day')).toBeChecked()
    await tabTo(page, /^Ends the next day$/)
    await page.keyboard.press('Space')
    await expect(dialog.getByText('This ends before it begins. Is it a night?')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
  })

  await test.step('one day off, although that leaves a gap', async () => {
    // Next week: what goes before the very first shift is no gap.
    await pressByKey(page, /^The week after$/)
    await expect(shift('07:30–09:30')).toHaveCount(7)
    await shift('07:30–09:30').last().focus()
    await page.keyboard.press('Enter')
    await pressByKey(page, /^Take this day off$/)
    await pressByKey(page, /^Take this day off$/)
    await pressByKey(page, /^Save anyway$/)
    await expect(dialog).toBeHidden()
    await expect(shift('07:30–09:30')).toHaveCount(6)
  })

  await test.step('the keyworker reads the same week, and changes nothing', async () => {
    await keyworker.page.goto('/work/rota')
    await expect(keyworker.page.getByText('A lead of the team can change the rota.')).toBeVisible()
    await expect(keyworker.page.getByRole('button', { name: 'Add a shift' })).toHaveCount(0)
    const { team } = await call<{ team: string }>(keyworker.page, 'GET', '/api/work/rota')
    const body = { teamId: team, personId: keyworker.id, role: 'cover', date: '2027-03-27', from: '21:30', to: '07:30', endsNextDay: true, repeat: 'none' }
    await expect(call(keyworker.page, 'POST', '/api/work/rota/shifts', body)).rejects.toThrow(/40[34]/)
  })
})
