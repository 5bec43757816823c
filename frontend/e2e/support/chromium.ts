// Chromium on a profile folder of its own, which outlives it: a phone that is closed, killed, picked up again.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { until } from './until'

export class Handset {
  private constructor(
    readonly folder: string,
    readonly context: BrowserContext,
    readonly page: Page
  ) {}

  static newFolder(): string {
    return mkdtempSync(join(tmpdir(), 'heard-handset-'))
  }

  static async open(folder: string, url: string): Promise<Handset> {
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: process.env.HEARD_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
      baseURL: url,
      locale: 'en-GB',
      timezoneId: 'Europe/London',
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true
    })
    context.setDefaultTimeout(20_000)
    return new Handset(folder, context, context.pages()[0] ?? (await context.newPage()))
  }

  /** Puts the phone away as its owner does: everything that is to be written is written. */
  async close(): Promise<void> {
    await this.context.close()
    await until('Chromium to end', () => (this.processes().length === 0 ? true : undefined))
  }

  /** The battery is pulled out: every process of this profile is gone at once. */
  async kill(): Promise<void> {
    const closed = new Promise<void>((done) => this.context.once('close', () => done()))
    for (const pid of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended by itself a moment ago.
      }
    }
    await until('Chromium to be gone', () => (this.processes().length === 0 ? true : undefined))
    await closed
    // Chromium would take these for a browser that still runs.
    for (const name of readdirSync(this.folder)) if (name.startsWith('Singleton')) rmSync(join(this.folder, name), { force: true })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Only those that were started on this very folder. */
  private processes(): number[] {
    const found: number[] = []
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue
      try {
        if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(`--user-data-dir=${this.folder}`)) found.push(Number(entry))
      } catch {
        // Gone while we looked.
      }
    }
    return found
  }
}
