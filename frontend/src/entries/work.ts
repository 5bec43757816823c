import { mount } from 'svelte'
import '../styles/index.css'
import { startMessages } from '../lib/i18n.svelte'
import { applyPrefs, prefs } from '../lib/prefs.svelte'
import { startSession } from '../lib/session.svelte'
import { registerWorker } from '../lib/sw-bridge'
import App from '../routes/work/App.svelte'

async function start(): Promise<void> {
  applyPrefs()
  const words = startMessages(
    {
      en: () => Promise.all([import('../messages/common/en.json'), import('../messages/work/en.json'), import('../messages/pack/en.json')]),
      ar: () => Promise.all([import('../messages/common/ar.json'), import('../messages/work/ar.json'), import('../messages/pack/ar.json')])
    },
    prefs.language
  )
  await Promise.all([words, startSession('work')])
  mount(App, { target: document.getElementById('app') as HTMLElement })
  void registerWorker('work')
}

void start()
