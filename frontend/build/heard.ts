// The one build plugin: sprite, preload hints, service workers with their list of files, compressed copies.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { type Plugin, type Rolldown, build } from 'vite'
import { buildSprite } from './sprite.ts'

export const places = ['young', 'work', 'admin', 'insight'] as const
type Place = (typeof places)[number]
/** What has a page: the places, and the families' question, which has no session, no worker and no manifest. */
const pages = [...places, 'family'] as const
type Page = (typeof pages)[number]

const base: Record<Place, string> = { young: '/', work: '/work/', admin: '/admin/', insight: '/insight/' }
const html: Record<Page, string> = { young: 'index.html', work: 'work/index.html', admin: 'admin/index.html', insight: 'insight/index.html', family: 'family/index.html' }
/** The words each page opens with. */
const words: Record<Page, string[]> = { young: ['common', 'young'], work: ['common', 'work', 'pack'], admin: ['common', 'work', 'admin'], insight: ['common', 'work', 'insight'], family: ['family'] }
const spriteId = 'virtual:sprite'

function chunksOf(page: Page, bundle: Rolldown.OutputBundle): Set<string> {
  const files = new Set<string>()
  const visit = (name: string): void => {
    if (files.has(name)) return
    const item = bundle[name]
    if (item?.type !== 'chunk') return
    files.add(name)
    for (const css of item.viteMetadata?.importedCss ?? []) files.add(css)
    for (const asset of item.viteMetadata?.importedAssets ?? []) files.add(asset)
    for (const next of [...item.imports, ...item.dynamicImports]) visit(next)
  }
  for (const [name, item] of Object.entries(bundle)) {
    if (item.type === 'chunk' && item.isEntry && item.facadeModuleId?.endsWith(`/frontend/${html[page]}`)) visit(name)
  }
  return files
}

/** The files that a place needs without a connection: its shell, chunks, languages, font, sprite and icons. */
function precache(place: Place, bundle: Rolldown.OutputBundle, sprite: string): string[] {
  const files = [...chunksOf(place, bundle)].map((name) => `/${name}`)
  const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2')).map((name) => `/${name}`)
  return [`/${html[place]}`, `${base[place]}manifest.webmanifest`, sprite, '/icons/icon-192.png', '/icons/badge-96.png', ...(place === 'young' ? ['/neutral.html'] : []), ...fonts, ...files]
}

function walk(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

function compress(dist: string): void {
  for (const file of walk(dist)) {
    if (!/\.(html|js|css|svg|json|webmanifest)$/.test(file) || existsSync(`${file}.br`)) continue
    const raw = readFileSync(file)
    writeFileSync(`${file}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } }))
    writeFileSync(`${file}.gz`, gzipSync(raw, { level: 9 }))
  }
}

async function serviceWorker(place: Place, root: string, dist: string, urls: string[]): Promise<void> {
  const files = urls.map((url) => [url, createHash('sha256').update(readFileSync(join(dist, url))).digest('hex').slice(0, 12)])
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { __HEARD__: JSON.stringify({ place, base: base[place], version, shell: `/${html[place]}`, files }) },
    build: {
      outDir: join(dist, base[place]),
      emptyOutDir: false,
      target: ['chrome100', 'safari15.4'],
      rolldownOptions: {
        input: join(root, 'src/service-worker/index.ts'),
        output: { format: 'iife', entryFileNames: 'sw.js', codeSplitting: false }
      }
    }
  })
}

/** What must be fetched before a first screen stands, in bytes as sent. Young people and families: a slow line, an old phone; insight: with its charts. */
const firstScreenLimits: Partial<Record<Page, number>> = { young: 40_000, insight: 120_000, family: 40_000 }

/** The build fails when the first screen has grown: then something belongs into a later chunk. */
function checkFirstScreen(page: Page, dist: string): void {
  const limit = firstScreenLimits[page]
  if (limit === undefined) return
  const source = readFileSync(join(dist, html[page]), 'utf8')
  const files = new Set([...source.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((found) => found[1] ?? ''))
  const total = [...files].reduce((sum, file) => sum + statSync(join(dist, `${file}.br`)).size, 0)
  if (total > limit) throw new Error(`the first screen of ${page} needs ${total} bytes, ${limit} at most`)
}

export function heard(root: string): Plugin {
  const assets = join(root, '../assets')
  const dist = join(root, 'dist')
  const sprite = buildSprite(assets)
  const lists = new Map<Place, string[]>()
  const built = new Set<Page>()
  return {
    name: 'heard',
    resolveId: (id) => (id === spriteId ? `\0${spriteId}` : undefined),
    load: (id) => (id === `\0${spriteId}` ? `export default ${JSON.stringify(sprite.url)}` : undefined),
    configureServer(server) {
      server.middlewares.use((req, res, next) => {
        if (req.url !== sprite.url) return next()
        res.setHeader('Content-Type', 'image/svg+xml')
        res.end(sprite.source)
      })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, ctx) {
        const bundle = ctx.bundle
        if (!bundle) return []
        const font = Object.keys(bundle).find((name) => /latin-wght-normal.*\.woff2$/.test(name))
        const page = pages.find((one) => ctx.path === `/${html[one]}`)
        const first = page ? words[page] : []
        const texts = Object.values(bundle).filter((item) => item.type === 'chunk' && item.moduleIds.some((id) => first.some((name) => id.endsWith(`/${name}/en.json`))))
        return [
          ...(font ? [{ tag: 'link', attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${font}` } }] : []),
          ...texts.map((item) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${item.fileName}` } }))
        ]
      }
    },
    generateBundle(_, bundle) {
      this.emitFile({ type: 'asset', fileName: sprite.url.slice(1), source: sprite.source })
      for (const name of readdirSync(join(assets, 'icons'))) {
        this.emitFile({ type: 'asset', fileName: `icons/${name}`, source: readFileSync(join(assets, 'icons', name)) })
      }
      for (const page of pages) {
        if (chunksOf(page, bundle).size > 0) built.add(page)
      }
      for (const place of places) {
        if (built.has(place)) lists.set(place, precache(place, bundle, sprite.url))
      }
    },
    async closeBundle() {
      // Tests load this plugin too, for the sprite; they build nothing.
      if (built.size === 0) return
      for (const [place, urls] of lists) await serviceWorker(place, root, dist, [...new Set(urls)])
      compress(dist)
      // Several pages in one build share chunks differently; that is for development only.
      if (built.size === 1) for (const page of built) checkFirstScreen(page, dist)
      this.info?.(`files written to ${relative(root, dist)}`)
    }
  }
}
