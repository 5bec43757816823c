import { mount } from 'svelte'
import '../styles/index.css'
import { startMessages } from '../lib/i18n.svelte'
import { startOutbox } from '../lib/outbox.svelte'
import { applyPrefs, prefs } from '../lib/prefs.svelte'
import { leftBefore } from '../lib/quick-exit'
import { navigate } from '../lib/router.svelte'
import { startSession } from '../lib/session.svelte'
import { onWorkerMessage, registerWorker } from '../lib/sw-bridge'
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
    prefs.language
  )
  await Promise.all([words, startSession('young')])
  mount(App, { target: document.getElementById('app') as HTMLElement })
  startOutbox()
  onWorkerMessage((message) => message.kind === 'open' && navigate(message.path))
  void registerWorker('young')
}

void start()
