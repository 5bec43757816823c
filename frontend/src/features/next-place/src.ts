// Where a photo can be fetched: from the copy on this phone while it has it, else from the server.
import { fileUrl } from './api'
import { inCopy, savedUrl } from './saving.svelte'
import { place } from './state.svelte'

export function src(id: string, name: string): string | undefined {
  // What the place has changed since, and what is in the bag, is in no copy: that is asked for where somebody may be asked.
  return place.fromCopy || inCopy(id) ? savedUrl(id, name) : fileUrl(id, name)
}
