// The built server, on a free port, with a data folder of its own, beside a push service of ours.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './port'
import { until } from './until'

export type Database = 'sqlite' | 'postgres'

/** What came in at the push service, decrypted. The shape is that of server/testkit/push.Request. */
export interface Pushed {
  subscription: string
  status: number
  ttl: string
  urgency: string
  bodySize: number
  plain: string
  problem: string
  firefox: boolean
}

export interface Subscription {
  id: string
  endpoint: string
  keys: { p256dh: string; auth: string }
}

export interface FirefoxClient {
  uaid: string
  connected: boolean
  channels: { subscription: string; endpoint: string; gone: boolean; acked: number; waiting: number }[]
}

/** The push service's own process and its control interface. */
export class PushService {
  private constructor(
    private readonly process: ChildProcess,
    readonly origin: string
  ) {}

  static async start(): Promise<PushService> {
    const process = spawn(binary('HEARD_PUSHD'), ['-stdin'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: process.stdout as NodeJS.ReadableStream })
    const origin = await new Promise<string>((done, fail) => {
      lines.once('line', done)
      process.once('exit', (code) => fail(new Error(`pushd ended with ${code}`)))
    })
    return new PushService(process, origin)
  }

  stop(): Promise<void> {
    return end(this.process)
  }

  async pushes(subscription: string, atLeast = 0): Promise<Pushed[]> {
    const found = await this.control<{ requests: Pushed[] | null }>('GET', `requests?subscription=${subscription}&atLeast=${atLeast}`)
    return found.requests ?? []
  }

  subscribe(serverKey: string): Promise<Subscription> {
    return this.control('POST', 'subscriptions', { serverKey })
  }

  async drop(subscription: string): Promise<void> {
    await this.control('DELETE', `subscriptions/${subscription}`)
  }

  async firefoxes(): Promise<FirefoxClient[]> {
    return (await this.control<{ clients: FirefoxClient[] | null }>('GET', 'clients')).clients ?? []
  }

  private async control<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.origin}/control/${path}`, { method, body: body ? JSON.stringify(body) : undefined })
    if (!answer.ok) throw new Error(`the push service answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

/** One running Heard. */
export class Heard {
  private ahead = 0

  private constructor(
    private process: ChildProcess,
    readonly url: string,
    readonly push: PushService,
    private readonly folder: string,
    private readonly settings: NodeJS.ProcessEnv,
    private readonly flags: string[]
  ) {}

  /** With `clock`, the build whose time can be moved: the one that is shipped knows no such thing. */
  static async start(options: { database?: Database; demo?: boolean; clock?: boolean } = {}): Promise<Heard> {
    const folder = mkdtempSync(join(tmpdir(), 'heard-e2e-'))
    const push = await PushService.start()
    const port = await freePort()
    const url = `http://localhost:${port}`
    const settings: NodeJS.ProcessEnv = {
      HEARD_LISTEN: `127.0.0.1:${port}`,
      HEARD_URL: url,
      HEARD_DATA: join(folder, 'data'),
      HEARD_TEST_PUSH_ORIGIN: push.origin,
      HEARD_LOG_LEVEL: 'debug'
    }
    if (options.clock) settings.HEARD_CLOCK = join(folder, 'clock')
    if (options.database === 'postgres') settings.DATABASE_URL = freshPostgres(port)
    const flags = options.demo ? ['-demo'] : []
    const heard = new Heard(launch(settings, flags, folder), url, push, folder, settings, flags)
    await heard.ready()
    return heard
  }

  /** Runs a command of the server's, such as ["admin", "invite"], and gives what it printed. */
  command(...words: string[]): string {
    return execFileSync(server(this.settings), words, { env: this.settings, encoding: 'utf8', timeout: 30_000 })
  }

  /** Changes what no page changes, beside the running server. PostgreSQL only: SQLite's file is encrypted. */
  sql(statement: string): void {
    const database = this.settings.DATABASE_URL
    if (!database) throw new Error('this Heard is not on PostgreSQL')
    const all = "SET heard.organisation = '*'"
    execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', all, '-c', statement], { timeout: 30_000, stdio: ['ignore', 'ignore', 'inherit'] })
  }

  /** Everything the server wrote to its log so far. */
  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8')
  }

  /** The server is gone at once, as in a power cut. */
  async kill(): Promise<void> {
    await end(this.process, 'SIGKILL')
  }

  async restart(): Promise<void> {
    this.process = launch(this.settings, this.flags, this.folder)
    await this.ready()
  }

  /** What the server takes for now. */
  now(): number {
    return Date.now() + this.ahead
  }

  /** Stops, and starts again so much later by its own clock: what was due meanwhile is done at once. */
  async forward(ms: number): Promise<void> {
    if (!this.settings.HEARD_CLOCK) throw new Error('this Heard was started without a clock of its own')
    this.ahead += ms
    writeFileSync(this.settings.HEARD_CLOCK, String(this.ahead))
    await end(this.process)
    await this.restart()
  }

  async stop(): Promise<void> {
    await end(this.process)
    await this.push.stop()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  private async ready(): Promise<void> {
    await until('the server to be ready', async () => {
      if (this.process.exitCode !== null) throw new Error(`the server ended with ${this.process.exitCode}:\n${this.log()}`)
      return (await fetch(`${this.url}/readyz`)).ok || undefined
    })
  }
}

function launch(settings: NodeJS.ProcessEnv, flags: string[], folder: string): ChildProcess {
  const log = createWriteStream(join(folder, 'log'), { flags: 'a' })
  const process = spawn(server(settings), flags, { env: settings, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  process.stdout?.pipe(log, { end: false })
  process.stderr?.pipe(log, { end: false })
  return process
}

function server(settings: NodeJS.ProcessEnv): string {
  return binary(settings.HEARD_CLOCK ? 'HEARD_MUTANTS' : 'HEARD_BINARY')
}

function binary(name: 'HEARD_BINARY' | 'HEARD_MUTANTS' | 'HEARD_PUSHD'): string {
  const path = process.env[name]
  if (!path) throw new Error(`${name} is not set: start the journeys through .ci/playwright.sh`)
  return path
}

/** A new, empty database in the cluster that .ci/pg.sh runs. */
function freshPostgres(port: number): string {
  const cluster = process.env.HEARD_TEST_PG
  if (!cluster) throw new Error('HEARD_TEST_PG is not set: start the journeys through .ci/pg.sh')
  const name = `heard_e2e_${process.pid}_${port}`
  execFileSync('createdb', ['--maintenance-db', cluster, name], { timeout: 30_000 })
  const url = new URL(cluster)
  url.pathname = `/${name}`
  return url.href
}

/** Ends a process of ours and waits until it is gone. */
async function end(process: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const gone = new Promise((done) => process.once('exit', done))
  process.kill(signal)
  const hard = setTimeout(() => process.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(hard)
}
