import { mount } from 'svelte'
import '../styles/index.css'
import { startMessages } from '../lib/i18n.svelte'
import { startOutbox } from '../lib/outbox.svelte'
import { applyPrefs, prefs } from '../lib/prefs.svelte'
import { leftBefore } from '../lib/quick-exit'
import { keeper } from '../lib/parting.svelte'
import { startSession } from '../lib/session.svelte'
import '../lib/install.svelte'
import App from '../routes/young/App.svelte'

async function start(): Promise<void> {
  if (leftBefore()) return
  applyPrefs()
  const words = startMessages(
    {
      en: () => Promise.all([import('../messages/common/en.json'), import('../messages/young/en.json')]),
      ar: () => Promise.all([import('../messages/common/ar.json'), import('../messages/young/ar.json')])
    },
    prefs.language,
    {
      en: () => Promise.all([import('./young-words-en')]),
      ar: () => Promise.all([import('./young-words-ar')])
    }
  )
  await Promise.all([words, startSession('young', keeper)])
  mount(App, { target: document.getElementById('app') as HTMLElement })
  startOutbox()
  // The first screen stands: what the next tap needs is fetched before it comes.
  void import('./young-later').catch(() => undefined)
}

void start()
