// One push, for real: Firefox subscribes by the app's own button, decrypts what the server sent, shows it,
// and its click opens the card. Only the push service is ours; it speaks Mozilla's own protocol.
import { randomUUID } from 'node:crypto'
import { call, expect, join, test } from '../fixtures'
import { Firefox } from '../support/marionette'
import type { Pushed } from '../support/server'
import { until } from '../support/until'

test('a push arrives in Firefox, opens the card, and stops when the browser says so', async ({ heard, world, admin, phone }) => {
  test.setTimeout(120_000)
  const firefox = await Firefox.start({
    'dom.push.serverURL': `${heard.push.origin.replace('http', 'ws')}/`,
    'dom.push.testing.allowInsecureServerURL': true,
    'dom.push.testing.ignorePermission': true,
    'dom.push.connection.enabled': true
  })
  try {
    const worker = await call<{ id: string; invitation: { url: string } }>(admin, 'POST', '/api/admin/staff', { name: 'Robin', kind: 'staff' })
    await call(admin, 'POST', '/api/admin/relations', {
      subjectId: worker.id,
      kind: 'keyworker_of',
      objectId: world.youngPerson.id,
      reason: 'Set up for a journey'
    })
    const { relations } = await call<{ relations: { id: string }[] }>(world.lead.page, 'GET', '/api/work/relations/proposed')
    for (const { id } of relations) await call(world.lead.page, 'POST', `/api/work/relations/${id}/confirm`, {})
    await join(phone, world)
    const send = () =>
      call(phone, 'POST', '/api/young/cards', {
        id: randomUUID(),
        card: 'sad',
        kind: 'feeling',
        words: 'zebra-marmalade',
        audience: [worker.id],
        kept: false,
        tappedAt: new Date().toISOString()
      })

    const subscription = await test.step('the worker turns notifications on by the button', async () => {
      await firefox.givePasskeys()
      await firefox.open(worker.invitation.url)
      await firefox.press('Make my passkey')
      await firefox.sees('Now')
      await firefox.open(`${heard.url}/work/settings`)
      await firefox.press('Turn on notifications here')
      await firefox.sees('Not tested yet')
      const [client] = await heard.push.firefoxes()
      expect(client?.channels).toHaveLength(1)
      return client?.channels[0]?.subscription ?? ''
    })
    const pushed = (n: number): Promise<Pushed[]> => heard.push.pushes(subscription, n)

    await test.step('the test push is shown, pressed and answered', async () => {
      await firefox.press(/^Send a test to/)
      await until('the test notification', async () => (await firefox.notifications()).find(({ body }) => body === 'Test: tap to answer'))
      await firefox.pressNotification()
      await firefox.press('Yes, I got it')
      await firefox.sees('This device is tested')
    })

    await test.step('a card comes as a notification that says nothing', async () => {
      await firefox.open('about:blank')
      await send()
      const [, arrived] = await pushed(2)
      expect(arrived).toMatchObject({ problem: '', status: 201, firefox: true, bodySize: 512 })
      const shown = await until('the notification', async () => (await firefox.notifications())[0])
      expect(shown).toEqual({ title: 'Heard', body: 'Someone sent a card' })
    })

    await test.step('its click opens the card', async () => {
      await firefox.pressNotification()
      await firefox.goToTab(/\/work\/(open|cards)\//)
      await firefox.sees(new RegExp(`${world.youngPerson.name} feels sad`))
      await firefox.sees('zebra-marmalade')
      await until(
        'Firefox to say that it has the push',
        async () => (await heard.push.firefoxes())[0]?.channels.some((one) => one.acked === 2 && one.waiting === 0) || undefined
      )
    })

    await test.step('after the browser has unsubscribed, the server is told 410 and drops it', async () => {
      await firefox.open(`${heard.url}/work/settings`)
      await firefox.sees('This device')
      const ended = await firefox.run<boolean>(
        `const worker = await navigator.serviceWorker.getRegistration('/work/');
         const held = await worker.pushManager.getSubscription();
         return held.unsubscribe();`
      )
      expect(ended).toBe(true)
      await send()
      const all = await pushed(3)
      expect(all.map(({ status }) => status)).toEqual([201, 201, 410])
      await firefox.open(`${heard.url}/work/settings`)
      await firefox.sees('Ended by the browser')
      await send()
      await firefox.press('Turn on notifications here')
      await firefox.sees('Not tested yet')
      // What nobody could be told is told now, to the new subscription alone.
      const fresh = await until('a new subscription', async () => (await heard.push.firefoxes())[0]?.channels.find(({ gone }) => !gone))
      await heard.push.pushes(fresh.subscription, 2)
      expect(await pushed(0)).toHaveLength(3)
    })
    expect(heard.log()).not.toContain(subscription)
    expect(heard.log()).not.toContain('zebra-marmalade')
  } finally {
    await firefox.stop()
  }
})
