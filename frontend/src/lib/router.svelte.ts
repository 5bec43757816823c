// A router of our own: the address, a way to change it, and links that stay in the page.

export { match } from './match'

export const route = $state({ path: location.pathname, search: location.search, hash: location.hash })

// The page transition direction, and a depth so that "back" never leaves the app by surprise.
let depth = 0

function read(): void {
  route.path = location.pathname
  route.search = location.search
  route.hash = location.hash
}

addEventListener('popstate', () => {
  depth = Math.max(0, depth - 1)
  read()
})
addEventListener('hashchange', read)

export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (path === location.pathname + location.search + location.hash) return
  if (options.replace) history.replaceState(null, '', path)
  else {
    history.pushState(null, '', path)
    depth++
  }
  read()
  if (!options.replace) scrollTo(0, 0)
}

/** Back to where the person was; if they came straight here, to the place given. */
export function back(home: string): void {
  if (depth > 0) history.back()
  else navigate(home, { replace: true })
}

/** Takes a secret out of the address once it was read: it must stay in no history. */
export function dropHash(): void {
  history.replaceState(null, '', location.pathname + location.search)
  read()
}

function ours(event: MouseEvent, a: HTMLAnchorElement): boolean {
  return !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && a.target === '' && a.origin === location.origin && !a.hasAttribute('download')
}

/** use:link on an <a>: same place, no reload. */
export function link(node: HTMLAnchorElement): { destroy(): void } {
  const click = (event: MouseEvent): void => {
    if (!ours(event, node)) return
    event.preventDefault()
    navigate(node.pathname + node.search + node.hash)
  }
  node.addEventListener('click', click)
  return { destroy: () => node.removeEventListener('click', click) }
}
