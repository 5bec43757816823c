// WebKitGTK, the nearest thing to an iPhone that runs here, driven by Debian's WebKitWebDriver on a
// screen of its own (Xvfb). The protocol is plain HTTP and JSON.
import { type ChildProcess, spawn } from 'node:child_process'
import { freePort } from './port'
import { until } from './until'

const element = 'element-6066-11e4-a52e-4f735466cecf'

export class WebKit {
  private constructor(
    private readonly processes: ChildProcess[],
    private readonly session: string
  ) {}

  static async start(): Promise<WebKit> {
    const processes: ChildProcess[] = []
    try {
      const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '900x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] })
      processes.push(screen)
      const display = await new Promise<string>((done, fail) => {
        screen.stdout?.once('data', (data: Buffer) => done(data.toString().trim()))
        screen.once('error', fail)
        screen.once('exit', (code) => fail(new Error(`Xvfb ended with ${code}`)))
      })
      const port = await freePort()
      const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
        stdio: 'ignore',
        // Without a sandbox of its own: as root it could not make one, and only our own pages are opened.
        env: { ...process.env, DISPLAY: `:${display}`, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' }
      })
      processes.push(driver)
      const base = `http://127.0.0.1:${port}`
      await until('WebKitWebDriver to listen', async () => ((await fetch(`${base}/status`)).ok ? true : undefined))
      const made = await send<{ sessionId: string }>('POST', `${base}/session`, {
        capabilities: { alwaysMatch: {} }
      })
      return new WebKit(processes, `${base}/session/${made.sessionId}`)
    } catch (error) {
      await endAll(processes)
      throw error
    }
  }

  async stop(): Promise<void> {
    await send('DELETE', this.session).catch(() => undefined)
    await endAll(this.processes)
  }

  async open(url: string): Promise<void> {
    await send('POST', `${this.session}/url`, { url })
  }

  url(): Promise<string> {
    return send('GET', `${this.session}/url`)
  }

  /** Runs a script in the page; what it returns comes back. */
  run<T>(script: string, ...args: unknown[]): Promise<T> {
    return send('POST', `${this.session}/execute/sync`, { script, args })
  }

  /** Presses the first thing that reads as asked, once it is there and can be pressed: a sheet that still moves can't. */
  async press(name: RegExp): Promise<void> {
    await until(`${name} to take a press`, async () => {
      const found = await this.find(
        `[...document.querySelectorAll('button, a, summary, label, [role=button], [role=radio]')]
           .find((e) => e.getClientRects().length && !e.disabled && wanted.test((e.getAttribute('aria-label') ?? e.innerText).trim()))`,
        name
      )
      // The driver does not always scroll to what lies below the screen, and then calls it out of reach.
      await this.run('arguments[0].scrollIntoView({ block: "center" })', { [element]: found })
      await send('POST', `${this.session}/element/${found}/click`, {})
      return true
    })
  }

  /** Types into the field with this label. */
  async fill(label: RegExp, text: string): Promise<void> {
    const found = await this.find(
      `[...document.querySelectorAll('input, textarea')]
         .find((e) => e.getClientRects().length && [...e.labels ?? []].some((l) => wanted.test(l.innerText)) || wanted.test(e.getAttribute('aria-label') ?? ''))`,
      label
    )
    await send('POST', `${this.session}/element/${found}/value`, { text })
  }

  /** Waits until the page shows this text. */
  async sees(text: RegExp): Promise<void> {
    await until(`the page to show ${text}`, async () => text.test(await this.run<string>('return document.body.innerText')) || undefined)
  }

  private async find(expression: string, name: RegExp): Promise<string> {
    const found = await until(`something that reads ${name}`, () =>
      this.run<Record<string, string> | null>(`const wanted = new RegExp(arguments[0], arguments[1]); return ${expression} ?? null;`, name.source, name.flags)
    )
    return found[element] as string
  }
}

async function send<T>(method: string, url: string, body?: object): Promise<T> {
  const answer = await fetch(url, { method, body: body ? JSON.stringify(body) : undefined })
  const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } }
  if (!answer.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`)
  return value
}

async function endAll(processes: ChildProcess[]): Promise<void> {
  for (const one of processes.reverse()) {
    if (one.exitCode !== null || one.signalCode !== null) continue
    const gone = new Promise((done) => one.once('exit', done))
    one.kill('SIGKILL')
    await gone
  }
}
