// Which endpoint a request goes to, and which next when that one does not take it.
import type {Backends, Endpoint} from './backends.ts'

export class Choice {
  readonly #backends: Backends
  readonly #able: readonly Endpoint[]
  readonly #failed = new Set<Endpoint>()
  #place: Endpoint
  #release: () => void

  private constructor(backends: Backends, able: readonly Endpoint[], place: Endpoint) {
    this.#backends = backends
    this.#able = able
    this.#place = place
    this.#release = backends.busy(place)
  }

  /** Undefined: nobody is there. */
  static of(backends: Backends, able: readonly Endpoint[]): Choice | undefined {
    const place = backends.leastBusy(able)
    return place && new Choice(backends, able, place)
  }

  get place(): Endpoint {
    return this.#place
  }

  /** False: everybody was asked. */
  next(): boolean {
    this.#release()
    this.#failed.add(this.#place)
    const place = this.#backends.leastBusy(this.#able.filter((endpoint) => !this.#failed.has(endpoint)))
    if (!place) return false
    this.#place = place
    this.#release = this.#backends.busy(place)
    return true
  }

  /** The request is over. */
  release(): void {
    this.#release()
  }
}
