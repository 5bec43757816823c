// The main job, whole: a card tapped without signal reaches the keyworker, and the answer comes back.
import { expect, join, test, watchFor } from '../fixtures'
import { kept, stocked } from '../support/stock'

test('a card tapped without signal reaches the keyworker, and the answer comes back', async ({ heard, world, phone }) => {
  const { keyworker, youngPerson } = world
  const canary = `zebra-marmalade-${Date.now()}`
  const leaks = watchFor(canary, heard, [phone.context(), keyworker.page.context()])

  await test.step('the keyworker signs in with a passkey and turns notifications on', async () => {
    await keyworker.page.goto('/work/settings')
    await keyworker.page.getByRole('button', { name: 'Sign out' }).click()
    await keyworker.page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await keyworker.page.getByRole('navigation', { name: 'Main' }).waitFor()
    await keyworker.page.goto('/work/settings')
    await keyworker.page.getByRole('button', { name: 'Turn on notifications here' }).click()
    await expect(keyworker.page.getByText('This device').first()).toBeVisible()
  })

  await test.step('a test push is answered', async () => {
    await keyworker.page.getByRole('button', { name: /^Send a test to/ }).click()
    const [pushed] = await keyworker.push.pushes(1)
    const shown = await keyworker.push.deliver(pushed?.plain ?? '')
    expect(shown).toMatchObject({ title: 'Heard', body: 'Test: tap to answer' })
    await keyworker.push.press()
    await keyworker.page.getByRole('button', { name: 'Yes, I got it' }).click()
    await expect(keyworker.page.getByText('This device is tested')).toBeVisible()
  })

  await test.step('the young person joins by their code', async () => {
    await join(phone, world)
    await stocked(phone)
  })

  await test.step('a card is tapped without signal and stays on the phone', async () => {
    await phone.context().setOffline(true)
    await phone.getByRole('button', { name: 'Scared' }).click()
    await phone
      .getByRole('button', { name: 'Quite' })
      .or(phone.getByRole('radio', { name: 'Quite' }))
      .first()
      .click()
    await phone.getByRole('button', { name: 'Add words' }).click()
    await phone.getByLabel('In your own words').fill(canary)
    await phone.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(phone.getByText('Saved on this phone. Not sent yet.').first()).toBeVisible()
    await expect(phone.getByText('Quite scared')).toBeVisible()
    const waiting = await kept<{ v: number }[]>(phone, 'outbox')
    expect(waiting).toMatchObject([{ v: 2 }])
    expect(JSON.stringify(waiting)).not.toMatch(/scared|zebra/)
    // From the icon, still without signal: the app opens and the card is still there, and nobody can read it.
    await phone.goto('/')
    await expect(phone.getByText('1 card is on this phone. Not sent yet.')).toBeVisible()
    await phone.getByText('1 card is on this phone. Not sent yet.').click()
    await phone.getByText(/^A card from about \d\d:\d\d$/).first().click()
    await expect(phone.getByText('only Heard can open it', { exact: false })).toBeVisible()
    await expect(phone.getByText('Saved on this phone. Not sent yet.').first()).toBeVisible()
  })

  await test.step('with signal it goes by itself', async () => {
    await phone.context().setOffline(false)
    await expect(phone.getByRole('heading', { name: /Heard has it|Letting .* know/ })).toBeVisible({ timeout: 20_000 })
  })

  await test.step('one push arrives, says nothing, and its notification opens the card', async () => {
    const pushes = await keyworker.push.pushes(2)
    expect(pushes).toHaveLength(2)
    expect(pushes.map((one) => one.problem)).toEqual(['', ''])
    expect(new Set(pushes.map((one) => one.bodySize)).size, 'every push has the same size').toBe(1)
    const last = pushes[1]?.plain ?? ''
    expect(Object.keys(JSON.parse(last)).sort()).toEqual(['k', 'n', 'v'])
    const shown = await keyworker.push.deliver(last)
    expect(shown).toMatchObject({ title: 'Heard', body: expect.stringMatching(/^Someone (needs you|sent a card)$/) })
    await keyworker.page.goto('/work/people')
    await keyworker.page.getByRole('heading', { name: 'My young people' }).waitFor()
    await keyworker.push.press()
    await expect(keyworker.page.getByText(`${youngPerson.name} feels quite scared`).first()).toBeVisible()
    await expect(keyworker.page.getByText(canary)).toBeVisible()
  })

  await test.step('opening it told nobody: it is not seen until the press', async () => {
    await expect(phone.getByText(`Letting ${keyworker.name} know. ${keyworker.name} hasn’t seen it yet.`).first()).toBeVisible()
    await keyworker.page.getByRole('button', { name: 'I’ve seen this' }).last().click()
    await expect(phone.getByText(new RegExp(`${keyworker.name} saw this at \\d\\d:\\d\\d`)).first()).toBeVisible()
  })

  await test.step('a promise with a time comes back in the same words', async () => {
    await keyworker.page.getByRole('button', { name: /^Coming at …/ }).click()
    const promised = keyworker.page.getByText(new RegExp(`${keyworker.name} is coming by \\d\\d:\\d\\d`)).first()
    await expect(promised).toBeVisible()
    await keyworker.page.getByRole('button', { name: `Send to ${youngPerson.name}` }).click()
    await expect(phone.getByText(new RegExp(`${keyworker.name} is coming by \\d\\d:\\d\\d`)).first()).toBeVisible()
  })

  await test.step('the young person has the last word', async () => {
    await phone.getByRole('button', { name: 'This is sorted' }).click()
    await expect(phone.getByText('You said this is sorted. You can open it again.').first()).toBeVisible()
    await expect(keyworker.page.getByText(`${youngPerson.name} feels quite scared`)).toHaveCount(1)
  })

  await leaks()
})
