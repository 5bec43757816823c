import { mount } from 'svelte'
import '../styles/index.css'
import { laterMessages, startMessages } from '../lib/i18n.svelte'
import { startOutbox } from '../lib/outbox.svelte'
import { applyPrefs, prefs } from '../lib/prefs.svelte'
import { leftBefore } from '../lib/quick-exit'
import { navigate } from '../lib/router.svelte'
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
      en: () => Promise.all([import('../messages/young-more/en.json')]),
      ar: () => Promise.all([import('../messages/young-more/ar.json')])
    }
  )
  await Promise.all([words, startSession('young', keeper)])
  mount(App, { target: document.getElementById('app') as HTMLElement })
  startOutbox()
  // The first screen stands: fetch what the next tap needs before it comes.
  void import('../features/feelings/CardSheet.svelte').catch(() => undefined)
  void laterMessages().catch(() => undefined)
  void import('../lib/sw-bridge').then(({ onWorkerMessage, registerWorker }) => {
    onWorkerMessage((message) => message.kind === 'open' && navigate(message.path))
    return registerWorker('young')
  }, () => undefined)
}

void start()
