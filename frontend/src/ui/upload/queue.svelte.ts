// Files that somebody picked, sent one after the other: two at once on a bad line would only both be slower.
import { looksRound, readable } from '../../lib/heic'
import { type Stage, type UploadOptions, type Uploaded, Refused } from '../../lib/upload'

export type Send = (file: Blob, options: UploadOptions, round: boolean) => Promise<Uploaded>

export interface Item {
  key: number
  name: string
  file: File
  /** ask: it may be a photo all the way round, and only whoever took it knows. */
  status: 'ask' | 'queued' | Stage | 'refused' | 'failed'
  /** 0 to 1. */
  share: number
  round: boolean
  reason?: string
  fault?: unknown
}

export interface QueueOptions {
  send: Send
  ondone: (file: Uploaded, round: boolean, name: string) => void
  /** A paper is sent as it is; photos are looked at first. */
  paper?: boolean
  /** Photos all the way round are welcome here: asked about when one looks like it. */
  round?: boolean
}

let keys = 0

export class UploadQueue {
  items = $state<Item[]>([])
  #options: QueueOptions
  #running: { key: number; stop: AbortController } | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** `round`: whoever picked them says that they were taken all the way round. */
  async add(files: File[], round = false): Promise<void> {
    const added: Item[] = files.map((file) => ({ key: ++keys, name: file.name, file, status: 'queued', share: 0, round }))
    // One photo looked at after the other: several at once are more than an old phone's memory.
    for (const item of added) {
      const looks = this.#options.round ? await looksRound(item.file) : undefined
      // Nobody waits for 30 MB to go over a bad line to hear what can be seen here.
      if (round && looks === false) this.items.push({ ...item, status: 'refused', reason: 'photo_shape' })
      else this.items.push({ ...item, status: looks && !round ? 'ask' : 'queued' })
      void this.#next()
    }
  }

  /** What was no photo all the way round goes as the plain photo that it is. */
  plain(key: number): void {
    const item = this.#item(key)
    if (item?.reason !== 'photo_shape') return
    Object.assign(item, { status: 'queued', round: false, reason: undefined })
    void this.#next()
  }

  answer(key: number, round: boolean): void {
    const item = this.#item(key)
    if (item?.status !== 'ask') return
    item.round = round
    item.status = 'queued'
    void this.#next()
  }

  retry(key: number): void {
    const item = this.#item(key)
    if (item?.status !== 'failed') return
    item.status = 'queued'
    item.fault = undefined
    void this.#next()
  }

  remove(key: number): void {
    if (this.#running?.key === key) this.#running.stop.abort()
    this.items = this.items.filter((one) => one.key !== key)
  }

  /** Whoever leaves takes nothing with them: what was under way is dropped at the server as well. */
  stop(): void {
    this.#running?.stop.abort()
    this.items = []
  }

  #item(key: number): Item | undefined {
    return this.items.find((one) => one.key === key)
  }

  async #next(): Promise<void> {
    const item = this.#running ? undefined : this.items.find((one) => one.status === 'queued')
    if (!item) return
    const stop = new AbortController()
    this.#running = { key: item.key, stop }
    item.status = 'sending'
    item.share = 0
    try {
      const file = this.#options.paper ? item.file : await readable(item.file)
      const onprogress = (share: number, stage: Stage): void => {
        item.share = share
        item.status = stage
      }
      const done = await this.#options.send(file, { onprogress, stop: stop.signal }, item.round)
      if (!stop.signal.aborted) {
        this.items = this.items.filter((one) => one.key !== item.key)
        this.#options.ondone(done, item.round, item.name)
      }
    } catch (fault) {
      if (fault instanceof Refused) Object.assign(item, { status: 'refused', reason: fault.reason })
      else Object.assign(item, { status: 'failed', fault })
    } finally {
      this.#running = undefined
      void this.#next()
    }
  }
}
