// The shell of one place, one cache a build. The last build before stays too: a page still open on it
// finds its chunks. Answers of the API are never cached.
import type { Shell } from './shell'

const prefix = (shell: Shell): string => `heard-${shell.place}-`

function name(shell: Shell): string {
  return `${prefix(shell)}${shell.version}`
}

async function earlier(shell: Shell): Promise<string[]> {
  return (await caches.keys()).filter((key) => key.startsWith(prefix(shell)) && key !== name(shell))
}

/** All files or none: an install that fails half-way is tried again by the browser, never used. */
export async function precache(shell: Shell): Promise<void> {
  const cache = await caches.open(name(shell))
  await Promise.all(
    shell.files.map(async ([url]) => {
      // Hashed names never change: what an earlier build holds is the same file.
      const kept = url.startsWith('/assets/') ? await caches.match(url) : undefined
      const answer = kept ?? (await fetch(url, { cache: 'no-cache', credentials: 'same-origin' }))
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
      await cache.put(url, answer)
    })
  )
}

/** Keeps this build and the one before it; `caches.keys()` lists in the order of making. */
export async function tidy(shell: Shell): Promise<void> {
  const old = await earlier(shell)
  await Promise.all(old.slice(0, -1).map((key) => caches.delete(key)))
}

function isOurs(url: URL, shell: Shell): boolean {
  if (url.origin !== self.location.origin || url.pathname.startsWith('/api/')) return false
  if (shell.place !== 'young') return true
  // The young place's worker has scope "/": it must leave the other pages alone.
  return !/^\/(work|admin|insight|family)(\/|$)/.test(url.pathname)
}

/** The answer for a request, or undefined when the network must answer by itself. */
export function answer(request: Request, shell: Shell): Promise<Response> | undefined {
  const url = new URL(request.url)
  if (request.method !== 'GET' || !isOurs(url, shell)) return undefined
  if (request.mode === 'navigate') {
    // The plain page of quick exit stands for itself; every other address is the app's.
    const page = url.pathname.endsWith('.html') && shell.files.some(([file]) => file === url.pathname)
    return fromCache(page ? url.pathname : shell.shell, shell, request)
  }
  if (url.pathname.startsWith('/assets/') || shell.files.some(([file]) => file === url.pathname)) {
    return fromCache(url.pathname, shell, request)
  }
  return undefined
}

async function fromCache(path: string, shell: Shell, request: Request): Promise<Response> {
  const cache = await caches.open(name(shell))
  return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request)
}
