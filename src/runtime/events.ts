// Tells whoever listens that a container changed. A slow listener loses the oldest news, not the newest.
import type {Message} from '../lib/cri/messages.ts'

type ContainerEvent = Message<'ContainerEventResponse'>

const MOST_WAITING = 4096

export class ContainerEvents {
  readonly #listeners = new Set<(event: ContainerEvent) => void>()

  publish(event: ContainerEvent): void {
    for (const listen of this.#listeners) listen(event)
  }

  async *subscribe(signal: AbortSignal): AsyncGenerator<ContainerEvent> {
    const waiting: ContainerEvent[] = []
    let wake: () => void = () => undefined
    const listen = (event: ContainerEvent): void => {
      if (waiting.length >= MOST_WAITING) waiting.shift()
      waiting.push(event)
      wake()
    }
    this.#listeners.add(listen)
    signal.addEventListener('abort', () => wake(), {once: true})
    try {
      while (!signal.aborted) {
        for (let event = waiting.shift(); event; event = waiting.shift()) yield event
        if (signal.aborted) return
        await new Promise<void>((resolve) => {
          wake = resolve
          if (waiting.length > 0 || signal.aborted) resolve()
        })
      }
    } finally {
      this.#listeners.delete(listen)
    }
  }
}
