// The phone's microphone, for as long as it records and no longer. What it hears stays in this page's memory.
export const longest = 120
const types = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

export interface Recording {
  type: string
  bytes: Uint8Array<ArrayBuffer>
  seconds: number
}

/** What it is for: how good, and after how many bytes it has to stop, whatever the browser makes of the rate asked for. */
export interface Quality {
  rate: number
  most: number
  /** Looked for before the others. */
  first?: string[]
}

/** Heard takes 480 KiB with an answer. */
export const note: Quality = { rate: 16_000, most: 460 * 1024 }
/** For many people and many phones: old iPhones play no WebM. */
export const reading: Quality = { rate: 48_000, most: 1900 * 1024, first: ['audio/mp4;codecs=mp4a.40.2'] }

export interface Recorder {
  /** Ends it and gives what was said; undefined when there is nothing. */
  stop(): Promise<Recording | undefined>
  /** Ends it and keeps nothing. */
  drop(): void
}

const fitting = (first: string[] = []): string | undefined => [...first, ...types].find((type) => MediaRecorder.isTypeSupported(type))

/** Whether this browser can record at all. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia) && fitting() !== undefined
}

/** Starts at once; rejects when nobody lets it. `ended` is called when it has to stop by itself. */
export async function record(ended: () => void, { rate, most, first }: Quality): Promise<Recorder> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } })
  const recorder = new MediaRecorder(stream, { mimeType: fitting(first), audioBitsPerSecond: rate })
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
      const said = new Uint8Array(await new Blob(parts).arrayBuffer())
      return said.length > 0 ? { type: recorder.mimeType, bytes: said, seconds } : undefined
    },
    drop: end
  }
}
