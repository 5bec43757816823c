import { mount } from 'svelte'
import '../styles/index.css'
import '../styles/charts.css'
import '../styles/print.css'
import { startMessages } from '../lib/i18n.svelte'
import { applyPrefs, prefs } from '../lib/prefs.svelte'
import { startSession } from '../lib/session.svelte'
import { registerWorker } from '../lib/sw-bridge'
import App from '../routes/insight/App.svelte'

async function start(): Promise<void> {
  applyPrefs()
  const words = startMessages(
    {
      en: () => Promise.all([import('../messages/common/en.json'), import('../messages/work/en.json'), import('../messages/insight/en.json')]),
      ar: () => Promise.all([import('../messages/common/ar.json'), import('../messages/work/ar.json'), import('../messages/insight/ar.json')])
    },
    prefs.language
  )
  await Promise.all([words, startSession('insight')])
  mount(App, { target: document.getElementById('app') as HTMLElement })
  void registerWorker('insight')
}

void start()
