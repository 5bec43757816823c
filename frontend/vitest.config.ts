import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { heard } from './build/heard.ts'

const root = import.meta.dirname

// Chromium of the system; nothing is downloaded.
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        test: { name: 'unit', root, include: ['src/**/*.test.ts'], exclude: ['src/**/*.browser.test.ts'], environment: 'node' }
      },
      {
        plugins: [svelte(), heard(root)],
        test: {
          name: 'browser',
          root,
          include: ['src/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromium, args: ['--no-sandbox'] } }),
            instances: [{ browser: 'chromium', viewport: { width: 360, height: 740 } }]
          }
        }
      }
    ]
  }
})
