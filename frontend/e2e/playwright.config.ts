import { defineConfig } from '@playwright/test'
import type { Database } from './support/server'

// Two suites: "quick" belongs to make test, "slow" to make proof (see .ci/playwright.sh).
const slow = process.env.HEARD_SUITE === 'slow'

export default defineConfig<object, { database: Database }>({
  testDir: './journeys',
  outputDir: '../test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
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
  projects: slow
    ? [{ name: 'slow', testMatch: [/.*\.slow\.spec\.ts/, /axe\.spec\.ts/], timeout: 180_000 }]
    : [
        { name: 'sqlite', testIgnore: /.*\.slow\.spec\.ts/, use: { database: 'sqlite' } },
        // The main journey again, on the other database.
        { name: 'postgres', testMatch: /main\.spec\.ts/, use: { database: 'postgres' } }
      ]
})
