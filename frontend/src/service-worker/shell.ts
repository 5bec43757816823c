// What the build writes into the worker: which place this is and which files make it work without signal.
export interface Shell {
  place: 'young' | 'work' | 'admin' | 'insight'
  base: string
  version: string
  /** The page that answers every address of the place. */
  shell: string
  files: [url: string, hash: string][]
}

declare const __HEARD__: Shell

export const shell: Shell = __HEARD__
