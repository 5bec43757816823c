// The browser's own offer to put Heard on the home screen, kept for a button: Heard never asks by itself.

interface InstallEvent extends Event {
  prompt(): Promise<unknown>
}

export const installable = $state<{ event: InstallEvent | undefined }>({ event: undefined })

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  installable.event = event as InstallEvent
})
addEventListener('appinstalled', () => {
  installable.event = undefined
})

export async function install(): Promise<void> {
  const event = installable.event
  installable.event = undefined
  await event?.prompt()
}
