// The main journey in WebKit, the engine of every iPhone browser. No push there; the server itself
// goes away in the middle, which to a phone is the same as no signal.
import { expect, test } from '../fixtures'
import { WebKit } from '../support/webdriver'
import { heardHasIt } from '../support/words'

test('the main journey in WebKit', async ({ heard, world }) => {
  const { keyworker, youngPerson } = world
  const webkit = await WebKit.start()
  try {
    await test.step('join by code', async () => {
      const { url } = await world.joinCode()
      await webkit.open(url)
      await webkit.sees(new RegExp(`Hello, ${youngPerson.name}`))
      await webkit.press(/^OK$/)
      await webkit.press(/^Not now$/)
      await webkit.sees(/How are you feeling\?/)
      expect(await webkit.url(), 'the code has left the address').toBe(`${heard.url}/`)
    })

    await test.step('a card is tapped while the server is gone, and stays on the phone', async () => {
      await heard.kill()
      await webkit.press(/^Scared$/)
      await webkit.press(/^Add words$/)
      await webkit.fill(/In your own words/, 'after the phone call')
      await webkit.press(/^Send$/)
      await webkit.sees(/Saved on this phone\. Not sent yet\./)
    })

    await test.step('it goes by itself when the server is back', async () => {
      await heard.restart()
      await webkit.sees(heardHasIt)
    })

    await test.step('the keyworker sees it, presses and answers', async () => {
      await keyworker.page.goto('/work')
      await keyworker.page.getByText(`${youngPerson.name} feels scared`).click()
      await expect(keyworker.page.getByText('after the phone call')).toBeVisible()
      await keyworker.page.getByRole('button', { name: 'I’ve seen this' }).last().click()
      await webkit.sees(new RegExp(`${keyworker.name} saw this at \\d\\d:\\d\\d`))
      await keyworker.page.getByRole('button', { name: /^I’ll sit with you, no talking/ }).click()
      await keyworker.page.getByRole('button', { name: `Send to ${youngPerson.name}` }).click()
      await webkit.sees(new RegExp(`${keyworker.name} will sit with you at \\d\\d:\\d\\d`))
    })

    await test.step('the young person has the last word', async () => {
      await webkit.press(/^This is sorted$/)
      await webkit.sees(/You said this is sorted/)
    })
  } finally {
    await webkit.stop()
  }
})
