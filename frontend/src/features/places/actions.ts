import { ApiError } from '../../lib/http'
import { t } from '../../lib/i18n.svelte'
import { onLive } from '../../lib/live.svelte'
import { session } from '../../lib/session.svelte'
import type { Pack } from '../../ui/pack/types'
import { showToast } from '../../ui/toast.svelte'
import * as server from './api'
import { filled, pruned, samePack } from './merge'
import { editing, places, standing, unsaved } from './state.svelte'
import type { Checked, Draft } from './types'

// So long after the last letter it is sent.
const pauseBefore = 2000
const tryAgain = 10_000

let timer: ReturnType<typeof setTimeout> | undefined
// Counts openings: an answer that belongs to another place's page changes nothing.
let opened = 0
let running: Promise<void> = Promise.resolve()

type Left = Pick<typeof editing, 'draft' | 'pack' | 'base' | 'theirs'>
// What was typed and could not be saved when its page was left, until it is opened again. Nobody else who signs in here finds it.
const left = new Map<string, { by: string | undefined; what: Left }>()

// It is in this tab alone: closing it would lose it, whichever page stands in it by then.
const hold = (event: BeforeUnloadEvent): void => event.preventDefault()

function leave(service: string, by: string | undefined): void {
  left.set(service, { by, what: { draft: editing.draft, pack: editing.pack, base: editing.base, theirs: editing.theirs } })
  addEventListener('beforeunload', hold)
}

/** The server has it, or it stands in the form again. */
function settled(service: string): void {
  left.delete(service)
  if (left.size === 0) removeEventListener('beforeunload', hold)
}

export async function loadPlaces(): Promise<void> {
  try {
    places.list = await server.getPlaces({ background: true })
    places.fault = undefined
  } catch (fault) {
    places.fault = fault
  }
}

export function watchPlaces(): () => void {
  void loadPlaces()
  return onLive(() => void loadPlaces())
}

function take(draft: Draft): void {
  editing.draft = draft
  editing.base = filled(draft.pack)
  editing.fault = undefined
}

/** Opens a place's pack; what it gives ends it, after what was typed is on its way. */
export function openPack(service: string): () => void {
  const mine = ++opened
  const by = session.value?.account?.id
  const kept = left.get(service)
  settled(service)
  Object.assign(editing, { service, draft: undefined, pack: undefined, base: undefined, saving: 'saved', fault: undefined, theirs: undefined })
  if (kept && kept.by === by) Object.assign(editing, kept.what)
  else void load(mine)
  const live = onLive(() => void look(mine))
  const again = (): void => {
    if (editing.saving === 'unsent') void save(true)
  }
  const leaving = (event: BeforeUnloadEvent): void => {
    if (unsaved()) event.preventDefault()
  }
  addEventListener('online', again)
  addEventListener('beforeunload', leaving)
  return () => {
    live()
    clearTimeout(timer)
    removeEventListener('online', again)
    removeEventListener('beforeunload', leaving)
    if (!unsaved()) return
    leave(service, by)
    void save()
  }
}

export async function load(mine = opened): Promise<void> {
  try {
    const draft = await server.getPack(editing.service)
    if (mine !== opened) return
    take(draft)
    editing.pack = filled(draft.pack)
  } catch (fault) {
    if (mine === opened) editing.fault = fault
  }
}

/** Somebody else may have saved. Whoever has typed nothing since is shown it; whoever has is told when theirs is sent. */
async function look(mine: number): Promise<void> {
  if (!editing.draft || editing.saving !== 'saved' || unsaved()) return
  try {
    const draft = await server.getPack(editing.service, { background: true })
    if (mine !== opened || editing.saving !== 'saved' || unsaved()) return
    const other = draft.revision !== editing.draft.revision
    take(draft)
    if (!other) return
    editing.pack = filled(draft.pack)
    if (draft.changedBy) showToast(t('places.changed_by', { name: draft.changedBy.name }))
  } catch {
    // What stands here stays; that nothing can be reached is said elsewhere.
  }
}

/** Called at each change of the form. */
export function typed(): void {
  if (editing.theirs || editing.draft?.may !== 'write') return
  clearTimeout(timer)
  if (!unsaved()) {
    if (editing.saving === 'waiting') editing.saving = 'saved'
    return
  }
  if (editing.saving === 'saved') editing.saving = 'waiting'
  timer = setTimeout(() => void save(), pauseBefore)
}

/** Sends what stands in the form; one after the other, so that each stands on the one before. */
export function save(background = false): Promise<void> {
  clearTimeout(timer)
  running = running.then(() => send(background))
  return running
}

async function send(background: boolean): Promise<void> {
  const mine = opened
  const { service } = editing
  while (mine === opened && editing.draft && !editing.theirs && unsaved()) {
    const here = standing()
    if (!here) return
    const sent = pruned(here)
    editing.saving = 'saving'
    try {
      const draft = await server.putPack(service, editing.draft.revision, sent, { background })
      const kept = left.get(service)?.what.pack
      if (kept && samePack(kept, sent)) settled(service)
      if (mine !== opened) return
      take(draft)
      // What was sent is what the next change is measured by: the server trims, and the form does not follow it.
      editing.base = filled(sent)
    } catch (fault) {
      if (mine === opened) await failed(fault, mine)
      return
    }
  }
  if (mine === opened && !editing.theirs) editing.saving = 'saved'
}

async function failed(fault: unknown, mine: number): Promise<void> {
  editing.saving = 'unsent'
  if (fault instanceof ApiError && fault.status === 409) {
    try {
      const theirs = await server.getPack(editing.service)
      if (mine !== opened) return
      editing.fault = undefined
      const here = standing()
      // Both wrote the same: there is nothing to choose.
      if (here && samePack(here, theirs.pack)) {
        take(theirs)
        editing.saving = 'saved'
        settled(editing.service)
      } else editing.theirs = theirs
      return
    } catch (other) {
      if (mine !== opened) return
      editing.fault = other
    }
  } else editing.fault = fault
  // What was refused for itself is refused again until it is changed.
  if (editing.fault instanceof ApiError && (editing.fault.unreachable || editing.fault.status >= 500)) timer = setTimeout(() => void save(true), tryAgain)
}

/** What was chosen of both stands on theirs, and is sent. */
export async function settle(pack: Pack): Promise<void> {
  if (!editing.theirs) return
  take(editing.theirs)
  editing.theirs = undefined
  editing.pack = filled(pack)
  await save()
  editing.saving = unsaved() ? editing.saving : 'saved'
}

/** Runs a step of the pack's way on what is saved, and reads how it stands then. */
async function step(run: (service: string, revision: number) => Promise<unknown>): Promise<void> {
  const mine = opened
  if (unsaved()) await save()
  // What could not be saved was not looked at by anybody: whoever pressed is told, and nothing is said to be done.
  if (mine !== opened || !editing.draft || unsaved()) throw editing.fault ?? new ApiError(409, 'conflict', { reason: 'changed' })
  try {
    await run(editing.service, editing.draft.revision)
  } finally {
    // Also after a refusal: it says that the page knows too little.
    if (mine === opened) await look(mine)
  }
}

export const ready = (): Promise<void> => step(server.postReady)
export const giveBack = (reason: string): Promise<void> => step((service, revision) => server.postBack(service, revision, reason))
export const publish = (checked: Checked): Promise<void> => step((service, revision) => server.postPublish(service, revision, checked))
