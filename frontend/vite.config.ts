import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { heard } from './build/heard.ts'

const root = import.meta.dirname

export default defineConfig({
  root,
  appType: 'mpa',
  plugins: [svelte(), heard(root)],
  server: { fs: { allow: ['..'] } },
  build: {
    // Older targets lower light-dark(), which phones from 2021 don't know.
    target: ['chrome100', 'safari15.4'],
    // Nothing inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        young: `${root}/index.html`,
        work: `${root}/work/index.html`,
        admin: `${root}/admin/index.html`
      }
    }
  }
})
