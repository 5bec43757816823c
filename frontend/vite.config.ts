import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { heard } from './build/heard.ts'

const root = import.meta.dirname

const inputs: Record<string, string> = { young: 'index.html', work: 'work/index.html', admin: 'admin/index.html', insight: 'insight/index.html', family: 'family/index.html' }

// The first of them clears the folder and brings the public files; the others add theirs.
const adds = (mode: string): boolean => mode in inputs && mode !== 'young'

// `npm run build` builds one page after the other (--mode young, work, admin, insight, family): what one of them alone needs
// must not make another one's first download larger. `vite` alone serves all of them for development.
export default defineConfig(({ mode }) => ({
  root,
  appType: 'mpa',
  plugins: [svelte(), heard(root)],
  server: { fs: { allow: ['..'] } },
  publicDir: adds(mode) ? false : 'public',
  build: {
    emptyOutDir: !adds(mode),
    // Older targets lower light-dark(), which phones from 2021 don't know.
    target: ['chrome100', 'safari15.4'],
    // Nothing inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake: {
        // Svelte marks none of its modules as free of side effects; these are, and no page of ours uses them all.
        moduleSideEffects: [{ test: /svelte\/src\/(legacy|internal\/client\/(dev|dom\/elements\/(custom-element|bindings))|internal\/shared\/(clone|dev))/, sideEffects: false }]
      },
      output: {
        // Two files for the first screen, not fifteen: the runtime with our lib, and the place itself.
        codeSplitting: inputs[mode] ? { groups: [{ name: 'core', test: /node_modules\/(svelte|clsx|esm-env)\/(?!src\/internal\/client\/dom\/elements\/bindings\/(?!this))|src\/lib\/(?!(outbox-page\.svelte|outbox|outbox-order|outbox-deps|seal|tickets|sw-bridge|speak\.svelte|roles|uuid|device-name|sound|when|saved|next-act)\.ts)|virtual:sprite|assets\/deck/ }] } : true
      },
      input: inputs[mode] ? { [mode]: `${root}/${inputs[mode]}` } : Object.fromEntries(Object.entries(inputs).map(([place, file]) => [place, `${root}/${file}`]))
    }
  }
}))
