// The phone's microphone, for as long as it records and no longer. What it hears stays in this page's memory.
import { toBase64url } from '../../lib/base64url'
import type { VoiceBody } from '../../lib/types'

export const longest = 120
/** Heard takes 480 KiB. What a browser writes that does not keep to the rate asked for must stop before. */
const most = 460 * 1024
const types = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

export interface Recording extends VoiceBody {
  seconds: number
}

export interface Recorder {
  /** Ends it and gives what was said; undefined when there is nothing. */
  stop(): Promise<Recording | undefined>
  /** Ends it and keeps nothing. */
  drop(): void
}

const fitting = (): string | undefined => types.find((type) => MediaRecorder.isTypeSupported(type))

/** Whether this browser can record at all. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia) && fitting() !== undefined
}

/** Starts at once; rejects when nobody lets it. `ended` is called when it has to stop by itself. */
export async function record(ended: () => void): Promise<Recorder> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } })
  const recorder = new MediaRecorder(stream, { mimeType: fitting(), audioBitsPerSecond: 16_000 })
  const parts: Blob[] = []
  const startedAt = Date.now()
  let bytes = 0
  const silent = (): void => {
    for (const track of stream.getTracks()) track.stop()
  }
  const over = new Promise<void>((done) => {
    recorder.addEventListener('stop', () => done())
    recorder.addEventListener('error', () => done())
  })
  recorder.addEventListener('dataavailable', ({ data }) => {
    parts.push(data)
    bytes += data.size
    if (bytes > most && recorder.state === 'recording') ended()
  })
  // Somebody took the microphone away, as a call does.
  for (const track of stream.getTracks()) track.addEventListener('ended', ended)
  const end = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
    silent()
  }
  try {
    recorder.start(1000)
  } catch (fault) {
    silent()
    throw fault
  }
  return {
    async stop() {
      const seconds = Math.max(1, Math.min(longest, Math.round((Date.now() - startedAt) / 1000)))
      end()
      await over
      const data = new Uint8Array(await new Blob(parts).arrayBuffer())
      return data.length > 0 ? { type: recorder.mimeType, data: toBase64url(data), seconds } : undefined
    },
    drop: end
  }
}
