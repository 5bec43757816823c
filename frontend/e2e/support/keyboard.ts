// A person with a keyboard and nothing else.
import { expect, type Page } from '@playwright/test'

/** What the focused thing is called, as it is read aloud, and whether its focus can be seen. */
async function focused(page: Page): Promise<{ name: string; visible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    if (!element || element === document.body) return { name: '', visible: true }
    const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLLabelElement> | null) ?? [])] : []
    const named = element.getAttribute('aria-labelledby')
    const name =
      element.getAttribute('aria-label') ??
      (named ? named.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ') : (labels.map((one) => one.innerText).join(' ') || element.innerText))
    // The ring may lie on the element or, for a hidden input, on what stands for it.
    const ringed = [element, element.parentElement, element.nextElementSibling].some((one) => {
      if (!one) return false
      const style = getComputedStyle(one)
      return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0
    })
    return { name: name.replace(/\s+/g, ' ').trim(), visible: ringed }
  })
}

/** Tabs until the focus is on what reads as asked. It must get there, and the focus must be seen on the way. */
export async function tabTo(page: Page, name: RegExp, backwards = false): Promise<void> {
  const passed: string[] = []
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press(backwards ? 'Shift+Tab' : 'Tab')
    const at = await focused(page)
    passed.push(at.name)
    if (at.name) expect.soft(at.visible, `the focus on "${at.name}" can be seen`).toBe(true)
    if (name.test(at.name)) return
  }
  throw new Error(`${name} cannot be reached by Tab; passed: ${passed.join(' | ')}`)
}

/** Tabs there and presses it. */
export async function pressByKey(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}
