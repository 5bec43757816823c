// Firefox, driven by its own Marionette protocol: length-prefixed JSON over a socket. It speaks to the
// page like a person (real clicks) and to the browser itself, which is the only way to press a
// notification.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until'

const element = 'element-6066-11e4-a52e-4f735466cecf'

type Reply = [1, number, { error: string; message: string } | null, unknown]

/** A headless Firefox with a fresh profile. */
export class Firefox {
  private buffer = Buffer.alloc(0)
  private next = 1
  private readonly waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>()

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: Socket
  ) {
    socket.on('data', (data) => this.receive(data))
    socket.on('close', () => {
      for (const { fail } of this.waiting.values()) fail(new Error('Firefox closed the connection'))
    })
  }

  /** Starts Firefox with these preferences and opens a session. */
  static async start(preferences: Record<string, string | number | boolean>): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'heard-firefox-'))
    const all = { ...quiet, ...preferences }
    const lines = Object.entries(all).map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});`)
    writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`)
    const process = spawn('firefox-esr', ['--headless', '--no-remote', '--marionette', '--remote-allow-system-access', '--profile', profile, 'about:blank'], {
      stdio: 'ignore',
      env: { ...globalThis.process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' }
    })
    try {
      const port = await until('Firefox to listen', () => {
        if (process.exitCode !== null) throw new Error(`firefox-esr ended with ${process.exitCode}`)
        return Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8')) || undefined
      })
      const socket = connect(port, '127.0.0.1')
      const firefox = new Firefox(process, profile, socket)
      await new Promise<void>((done, fail) => {
        socket.once('connect', done)
        socket.once('error', fail)
      })
      await firefox.call('WebDriver:NewSession', { capabilities: { alwaysMatch: { unhandledPromptBehavior: 'ignore' } } })
      return firefox
    } catch (error) {
      process.kill('SIGKILL')
      throw error
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.process.once('exit', done))
    this.socket.destroy()
    this.process.kill('SIGKILL')
    await ended
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }

  /** A passkey that always knows its owner. */
  async givePasskeys(): Promise<void> {
    await this.call('WebAuthn:AddVirtualAuthenticator', {
      protocol: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserConsenting: true,
      isUserVerified: true
    })
  }

  async open(url: string): Promise<void> {
    await this.call('WebDriver:Navigate', { url })
  }

  async url(): Promise<string> {
    return (await this.call('WebDriver:GetCurrentURL', {})) as string
  }

  /** Runs a script in the page and waits for what it returns, promises included. */
  async run<T>(script: string, ...args: unknown[]): Promise<T> {
    return (await this.call('WebDriver:ExecuteScript', { script, args, newSandbox: true })) as T
  }

  /** Runs a script in the browser itself. */
  async runInBrowser<T>(script: string, ...args: unknown[]): Promise<T> {
    await this.call('Marionette:SetContext', { value: 'chrome' })
    try {
      return await this.run<T>(script, ...args)
    } finally {
      await this.call('Marionette:SetContext', { value: 'content' })
    }
  }

  /** Presses the first button or link that reads as asked, once it is there. */
  async press(name: string | RegExp): Promise<void> {
    const [source, flags] = name instanceof RegExp ? [name.source, name.flags] : [`^\\s*${quoted(name)}\\s*$`, '']
    const found = await until(`something to press that reads ${name}`, async () =>
      this.run<Record<string, string> | null>(
        `const wanted = new RegExp(arguments[0], arguments[1]);
         const readable = (e) => (e.getAttribute('aria-label') ?? e.innerText).trim();
         return [...document.querySelectorAll('button, a, [role=button], input[type=submit]')]
           .find((e) => e.checkVisibility() && !e.disabled && wanted.test(readable(e))) ?? null;`,
        source,
        flags
      )
    )
    await this.call('WebDriver:ElementClick', { id: found[element] })
  }

  /** Waits until the page shows this text. */
  async sees(text: string | RegExp): Promise<void> {
    let body = ''
    try {
      await until(`the page to show ${text}`, async () => {
        body = await this.run<string>('return document.body.innerText')
        return typeof text === 'string' ? body.includes(text) || undefined : text.test(body) || undefined
      })
    } catch (error) {
      throw new Error(`${error}\n${await this.url()} shows:\n${body}`)
    }
  }

  /** What the notifications on the screen say: titles and bodies. A window is counted once it is filled in. */
  async notifications(): Promise<{ title: string; body: string }[]> {
    return this.runInBrowser(`${alerts} return filled.map(said);`)
  }

  /** Presses the notification on the screen, as a person would. */
  async pressNotification(): Promise<void> {
    await until(
      'a notification to press',
      async () =>
        (await this.runInBrowser<boolean>(
          `${alerts}
           if (!filled.length) return false;
           filled[0].onAlertClick();
           return true;`
        )) || undefined
    )
  }

  /** Goes to the tab whose address fits, once there is one. */
  async goToTab(address: RegExp): Promise<void> {
    await until(`a tab at ${address}`, async () => {
      for (const handle of (await this.call('WebDriver:GetWindowHandles', {})) as string[]) {
        await this.call('WebDriver:SwitchToWindow', { handle })
        if (address.test(await this.url())) return true
      }
      return undefined
    })
  }

  private async call(name: string, parameters: object): Promise<unknown> {
    const id = this.next++
    const body = Buffer.from(JSON.stringify([0, id, name, parameters]))
    const answer = new Promise<unknown>((done, fail) => this.waiting.set(id, { done, fail }))
    this.socket.write(Buffer.concat([Buffer.from(`${body.length}:`), body]))
    return answer
  }

  private receive(data: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, data])
    for (;;) {
      const colon = this.buffer.indexOf(':')
      if (colon < 0) return
      const end = colon + 1 + Number(this.buffer.subarray(0, colon).toString())
      if (this.buffer.length < end) return
      const message = JSON.parse(this.buffer.subarray(colon + 1, end).toString()) as Reply | object
      this.buffer = this.buffer.subarray(end)
      if (!Array.isArray(message)) continue
      const [, id, error, result] = message as Reply
      const call = this.waiting.get(id)
      this.waiting.delete(id)
      if (error) call?.fail(new Error(`Firefox: ${error.error}: ${error.message}`))
      else call?.done(unwrap(result))
    }
  }
}

/** Most answers are {"value": …}; a list or nothing comes bare. */
function unwrap(result: unknown): unknown {
  return result !== null && typeof result === 'object' && 'value' in result ? result.value : result
}

/** The browser's own notification windows, without those that are still being opened. */
const alerts = `
  const label = (w, id) => { const e = w.document.getElementById(id); return (e && (e.value || e.textContent)) || ''; };
  const said = (w) => ({ title: label(w, 'alertTitleLabel'), body: label(w, 'alertTextLabel') });
  const filled = [...Services.wm.getEnumerator('alert:alert')].filter((w) => said(w).title && said(w).body);`

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Preferences that keep a fresh profile from speaking to anybody and from asking questions. */
const quiet: Record<string, string | number | boolean> = {
  'marionette.port': 0,
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.tabs.warnOnClose': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.enabled': false,
  'security.webauth.webauthn_enable_softtoken': true,
  'security.webauth.webauthn_enable_usbtoken': false,
  // The browser's own notification window: a headless machine has no desktop to show one.
  'alerts.useSystemBackend': false,
  'permissions.default.desktop-notification': 1
}
