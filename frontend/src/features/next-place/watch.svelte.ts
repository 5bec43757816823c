// Whether there is a next place is asked once the first screen stands, and again whenever something changed.
import { untrack } from 'svelte'
import { onForget } from '../../lib/forget'
import { onLive } from '../../lib/live.svelte'
import { next } from '../../lib/next.svelte'
import { onTold } from '../../lib/outbox-page.svelte'
import { onSavedGone } from '../../lib/saved'
import { session } from '../../lib/session.svelte'
import { loadNext } from './actions'
import { mayLook, place } from './state.svelte'

export function startNext(): void {
  const again = (): void => void loadNext()
  onLive(again)
  onTold(again)
  // What a phone of one's own was asked to keep is there after a lock too. After quick exit nothing is fetched again.
  onForget(() => {
    if (!mayLook(session.value)) again()
  })
  onSavedGone(() => { next.there = (place.value ?? place.off) !== undefined })
  $effect.root(() => {
    // Who is here, and whether they may look: the session itself is a new one at each answer.
    const who = $derived(session.value?.signedIn ? `${session.value.account?.id} ${mayLook(session.value)}` : '')
    $effect(() => {
      if (who) untrack(again)
      else next.there = false
    })
  })
}
