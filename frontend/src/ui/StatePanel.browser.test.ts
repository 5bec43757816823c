import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import StatePanel from './StatePanel.svelte'
import Timeline from './Timeline.svelte'

it('announces new words from a region that stays', async () => {
  const screen = await render(StatePanel, { words: 'Heard has it. No one has seen it yet.', tone: 'wait' })
  const region = screen.container.querySelector('[aria-live]')
  await screen.rerender({ words: 'Sam saw this at 14:06.', tone: 'answered', who: { id: 's', name: 'Sam', avatar: 'a1' } })
  await expect.element(page.getByRole('heading', { name: 'Sam saw this at 14:06.' })).toBeVisible()
  expect(screen.container.querySelector('[aria-live]')).toBe(region)
})

it('shows a face only with an answer: waiting never looks answered', async () => {
  const screen = await render(StatePanel, { words: 'Letting Sam know.', tone: 'wait', who: { id: 's', name: 'Sam', avatar: 'a1' } })
  expect(screen.container.querySelector('.ava')).toBeNull()
})

it('leaves what has not happened hollow, and fills only what comes', async () => {
  const tapped = { key: 'tapped', icon: 'hand' as const, text: 'You tapped', done: true }
  const ahead = { key: 'ahead', icon: 'eye' as const, text: 'No one has seen it yet', done: false }
  const screen = await render(Timeline, { label: 'What has happened', steps: [tapped, ahead] })
  expect(screen.container.querySelectorAll('.todo')).toHaveLength(1)
  expect(screen.container.querySelectorAll('.fresh')).toHaveLength(0)
  await screen.rerender({ label: 'What has happened', steps: [tapped, { key: 'seen', icon: 'eye' as const, text: 'Sam saw this', done: true }] })
  expect(screen.container.querySelectorAll('.fresh')).toHaveLength(1)
  expect(screen.container.querySelectorAll('.todo')).toHaveLength(0)
})
