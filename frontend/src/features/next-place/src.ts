// Where a photo of the pack can be fetched: from the copy on this phone while there is one, else from the server.
import { fileUrl } from './api'
import { photosFromCopy } from './actions'
import { savedUrl } from './saving.svelte'

export function src(id: string, name: string): string | undefined {
  return photosFromCopy() ? savedUrl(id, name) : fileUrl(id, name)
}
