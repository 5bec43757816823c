import { defineConfig, type Project } from '@playwright/test'
import type { Database } from './support/server'

interface Options {
  database: Database
  demo: boolean
}

// "quick" belongs to make test, "slow" to make proof, "bench" to make bench, "shots" to make shots.
const suite = process.env.HEARD_SUITE ?? 'quick'

const suites = {
  quick: [
    { name: 'sqlite', testMatch: /.*\.spec\.ts/, testIgnore: /.*\.slow\.spec\.ts/, use: { database: 'sqlite' } },
    // The main journey again, on the other database.
    { name: 'postgres', testMatch: /main\.spec\.ts/, use: { database: 'postgres' } }
  ],
  slow: [
    { name: 'slow', testMatch: [/.*\.slow\.spec\.ts/, /axe\.spec\.ts/], timeout: 180_000 },
    { name: 'postgres', testMatch: /done\.spec\.ts/, use: { database: 'postgres' } }
  ],
  bench: [{ name: 'bench', testMatch: /.*\.bench\.ts/, timeout: 300_000 }],
  shots: [{ name: 'shots', testMatch: /shots\.ts/, timeout: 120_000, use: { demo: true } }]
} satisfies Record<string, Project<object, Options>[]>

export default defineConfig<object, Options>({
  testDir: './journeys',
  outputDir: '../test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: Number(process.env.HEARD_RETRIES ?? 0),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    actionTimeout: 10_000,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.HEARD_CHROMIUM ?? '/usr/bin/chromium',
      // As root there is no sandbox to be had; nothing but our own pages is ever opened.
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
    }
  },
  projects: suites[suite as keyof typeof suites]
})
