// For families and carers, by a link: no session, no service worker, and nothing kept on the device.
import { mount } from 'svelte'
import '../styles/index.css'
import { startMessages } from '../lib/i18n.svelte'
import { applyPrefs, prefs } from '../lib/prefs.svelte'
import App from '../routes/family/App.svelte'

async function start(): Promise<void> {
  applyPrefs()
  await startMessages(
    {
      en: () => Promise.all([import('../messages/family/en.json')]),
      ar: () => Promise.all([import('../messages/family/ar.json')])
    },
    prefs.language
  )
  mount(App, { target: document.getElementById('app') as HTMLElement })
}

void start()
