// Every screen of every place, and what must be true of each.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

export interface Look {
  theme: 'light' | 'dark'
  language: 'en' | 'ar'
}

/** make test looks at the first two, make proof at the others. */
export const looks: Look[] =
  process.env.HEARD_SUITE === 'slow'
    ? [
        { theme: 'dark', language: 'en' },
        { theme: 'light', language: 'ar' }
      ]
    : [
        { theme: 'light', language: 'en' },
        { theme: 'dark', language: 'ar' }
      ]

/** Sets how Heard looks on this device, as the settings page would. */
export async function setLook(page: Page, look: Look): Promise<void> {
  await page.evaluate((value) => localStorage.setItem('heard-look', JSON.stringify(value)), { ...look, text: 'normal', font: 'heard', motion: 'less' })
}

/** Opens an address and waits until the screen stands still. */
export async function show(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.locator('h1').first()).toBeVisible()
  await expect(page.locator('[aria-busy="true"], .skeleton')).toHaveCount(0)
  await still(page)
}

/** Waits for the letters and for everything that moves. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)))
  })
}

/** What axe has against the screen as it stands: nothing, or a line for each fault. */
export async function faults(page: Page, options: { enhanced: boolean }): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', ...(options.enhanced ? ['wcag2aaa'] : [])]
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze()
  return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`))
}

/** Collects what the browser complains about: broken policies, errors nobody caught. */
export function complaints(page: Page): string[] {
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) heard.push(message.text())
  })
  page.on('pageerror', (error) => heard.push(String(error)))
  return heard
}

/** Nothing may stick out: a screen scrolls down, never sideways. */
export async function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
