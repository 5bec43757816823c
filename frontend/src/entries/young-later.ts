// What begins once the first screen stands, apart from its download.
import { startNext } from '../features/next-place/watch.svelte'
import { laterMessages } from '../lib/i18n.svelte'
import { navigate } from '../lib/router.svelte'
import { onWorkerMessage, registerWorker } from '../lib/sw-bridge'

void import('../features/feelings/CardSheet.svelte').catch(() => undefined)
void laterMessages().then(startNext, () => undefined)
onWorkerMessage((message) => message.kind === 'open' && navigate(message.path))
void registerWorker('young')
