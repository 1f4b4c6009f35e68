// The nodes of this machine: what runs for each of them starts when one is added and ends when it is removed, in a
// cluster that goes on running.
import type {RuntimePlace} from './runtime-places.ts'

/** Why what runs for a node ends: the node is no more. */
export class NodeRemoved extends Error {
  override readonly name = 'NodeRemoved'
  constructor(nodeName: string) {
    super(`${nodeName} is removed`)
  }
}

interface Follower {
  start(place: RuntimePlace): void
  end(place: RuntimePlace): Promise<void>
}

interface Running {
  readonly ending: AbortController
  readonly ended: Promise<void>
}

export class NodePlaces {
  readonly #places = new Map<string, RuntimePlace>()
  /** In the order they came: later ones need the earlier. */
  readonly #followers = new Set<Follower>()

  constructor(places: readonly RuntimePlace[]) {
    for (const place of places) this.#places.set(place.nodeName, place)
  }

  get all(): readonly RuntimePlace[] {
    return [...this.#places.values()]
  }

  get(nodeName: string): RuntimePlace | undefined {
    return this.#places.get(nodeName)
  }

  add(place: RuntimePlace): void {
    this.#places.set(place.nodeName, place)
    for (const follower of this.#followers) follower.start(place)
  }

  /** Settles when nothing runs for it any more. */
  async remove(place: RuntimePlace): Promise<void> {
    this.#places.delete(place.nodeName)
    for (const follower of [...this.#followers].reverse()) await follower.end(place)
  }

  /** Runs for each node from when it is there until it is gone, or the signal. One that fails ends all, and rejects. */
  async follow(signal: AbortSignal, run: (place: RuntimePlace, signal: AbortSignal) => Promise<void>): Promise<void> {
    const running = new Map<string, Running>()
    const failing = new AbortController()
    const over = Promise.withResolvers<void>()
    const start = (place: RuntimePlace): void => {
      const ending = new AbortController()
      const ended = run(place, AbortSignal.any([signal, failing.signal, ending.signal])).catch((error) => {
        if (signal.aborted || ending.signal.aborted) return
        failing.abort(error)
        over.reject(error)
      })
      running.set(place.nodeName, {ending, ended})
    }
    const end = async ({nodeName}: RuntimePlace): Promise<void> => {
      const one = running.get(nodeName)
      one?.ending.abort(new NodeRemoved(nodeName))
      await one?.ended
      running.delete(nodeName)
    }
    const follower = {start, end}
    this.#followers.add(follower)
    signal.addEventListener('abort', () => over.resolve(), {once: true})
    if (signal.aborted) over.resolve()
    for (const place of this.all) start(place)
    try {
      await over.promise
    } finally {
      this.#followers.delete(follower)
      await Promise.all([...running.values()].map(({ended}) => ended))
    }
  }
}
