// The push for real: Firefox subscribes by the app's own button, decrypts what the server sent, shows
// it, and a press on the notification opens the card. Chromium cannot do this without the internet.
import { expect, join, test } from '../fixtures'
import { Firefox } from '../support/marionette'
import { until } from '../support/until'

test.use({ keyworkerJoins: false })

test('a push reaches a real Firefox, its notification opens the card, and a dead subscription is dropped', async ({ heard, world, phone }) => {
  test.setTimeout(120_000)
  const firefox = await Firefox.start({
    'dom.push.serverURL': `${heard.push.origin.replace('http', 'ws')}/`,
    'dom.push.testing.allowInsecureServerURL': true,
    'dom.push.testing.ignorePermission': true,
    'dom.push.connection.enabled': true,
    'security.webauth.webauthn_enable_softtoken': true
  })
  try {
    await test.step('the keyworker joins with a passkey and turns notifications on', async () => {
      await firefox.givePasskeys()
      await firefox.open(world.keyworker.link)
      await firefox.press('Make my passkey')
      await firefox.sees('Now')
      await firefox.open(`${heard.url}/work/settings`)
      await firefox.press('Turn on notifications here')
      await firefox.sees('This device')
    })

    const [channel] = await until('Firefox to subscribe', async () => {
      const channels = (await heard.push.firefoxes()).flatMap((one) => one.channels)
      return channels.length ? channels : undefined
    })
    const acked = async (): Promise<number> => {
      const channels = (await heard.push.firefoxes()).flatMap((one) => one.channels)
      return channels.find((one) => one.subscription === channel?.subscription)?.acked ?? 0
    }

    await test.step('a card is tapped', async () => {
      await join(phone, world)
      await phone.getByRole('button', { name: 'Sad', exact: true }).click()
      await phone.getByRole('button', { name: 'Send', exact: true }).click()
    })

    await test.step('Firefox decrypts the push and shows it', async () => {
      const [shown] = await until('the notification', async () => {
        const all = await firefox.notifications()
        return all.length ? all : undefined
      })
      expect(shown).toEqual({ title: 'Heard', body: 'Someone sent a card' })
      await expect.poll(acked).toBe(1)
    })

    await test.step('a press on it opens the card', async () => {
      await firefox.pressNotification()
      await firefox.goToTab(/\/work\/(open|cards)\//)
      await firefox.sees(`${world.youngPerson.name} feels sad`)
      await expect(phone.getByRole('heading', { name: /hasn’t seen it yet/ })).toBeVisible()
      await firefox.press('I’ve seen this')
      await expect(phone.getByRole('heading', { name: new RegExp(`${world.keyworker.name} saw this at`) })).toBeVisible()
    })

    await test.step('after the browser has ended the subscription, the server is told 410 and drops it', async () => {
      const ended = await firefox.run<boolean>(
        'return navigator.serviceWorker.getRegistration("/work/").then((r) => r.pushManager.getSubscription()).then((s) => s.unsubscribe())'
      )
      expect(ended).toBe(true)
      await phone.goto('/')
      await phone.getByRole('button', { name: 'Lonely' }).click()
      await phone.getByRole('button', { name: 'Send', exact: true }).click()
      const pushes = await heard.push.pushes(channel?.subscription ?? '', 2)
      expect(pushes.map((one) => one.status)).toEqual([201, 410])
      await firefox.open(`${heard.url}/work/settings`)
      await firefox.sees('Ended by the browser')
    })
  } finally {
    await firefox.stop()
  }
})
