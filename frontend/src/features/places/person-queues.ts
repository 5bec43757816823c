// Photos on their way to the people of a pack. They have no ids: while one is sent somebody else may save, and each of them
// is another object then.
import type { PackPerson } from '../../ui/pack/types'
import { type Send, UploadQueue } from '../../ui/upload/queue.svelte'

interface Options {
  send: Send
  /** As they stand in the form now. */
  people: () => PackPerson[]
  /** Whose photo it was is not there any more: nobody else is given it. */
  onnobody: () => void
}
interface Held {
  person: PackPerson
  queue: UploadQueue
}

/** The one of these who is meant; nobody when two could be. */
export function sameOf(person: PackPerson, people: PackPerson[]): PackPerson | undefined {
  const name = person.name.trim()
  const named = name ? people.filter((one) => one.kind === person.kind && one.name.trim() === name) : []
  const all = named.length > 1 ? named.filter((one) => one.role.trim() === person.role.trim()) : named
  return all.length === 1 ? all[0] : undefined
}

export class PersonQueues {
  #held: Held[] = []
  #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** A person's own; what is on its way goes on while another page of the editor is written. */
  of(person: PackPerson): UploadQueue {
    const found = this.#held.find((one) => this.#now(one) === person)
    if (found) return found.queue
    const queue = new UploadQueue({
      send: this.#options.send,
      ondone: (file) => {
        const now = this.#now(held)
        if (now) now.shot = { id: file.id, alt: now.name.trim(), w: file.w, h: file.h, colour: file.colour }
        else this.#options.onnobody()
      }
    })
    const held: Held = { person, queue }
    this.#held.push(held)
    return queue
  }

  stop(): void {
    for (const { queue } of this.#held) queue.stop()
    this.#held = []
  }

  /** Whom it stands for now: a queue goes over to whoever is the same in what was read since. */
  #now(held: Held): PackPerson | undefined {
    const people = this.#options.people()
    if (people.includes(held.person)) return held.person
    const others = this.#held.filter((one) => one !== held).map((one) => one.person)
    const now = sameOf(held.person, people.filter((one) => !others.includes(one)))
    if (now) held.person = now
    return now
  }
}
