// Read aloud, with the phone's own voice: nothing leaves the device.
import { language } from './i18n.svelte'

export const speech = $state({ speaking: '' })

export function canSpeak(): boolean {
  return 'speechSynthesis' in globalThis
}

export function hush(): void {
  if (canSpeak()) speechSynthesis.cancel()
  speech.speaking = ''
}

/** Says it, or stops when it is being said. */
export function speak(text: string): void {
  const again = speech.speaking === text
  hush()
  if (again || !canSpeak()) return
  const line = new SpeechSynthesisUtterance(text)
  line.lang = language() === 'en' ? 'en-GB' : language()
  line.rate = 0.95
  line.onend = line.onerror = () => {
    if (speech.speaking === text) speech.speaking = ''
  }
  speech.speaking = text
  speechSynthesis.speak(line)
}
