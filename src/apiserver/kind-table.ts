// All kinds that are served, by group, version and plural. Custom ones come and go.
import type {Kind} from '../api/kind.ts'
import type {KindRegistry} from './contract.ts'

const idOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`

export class KindTable implements KindRegistry {
  readonly #kinds = new Map<string, Kind>()
  #all: readonly Kind[] | undefined
  generation = 0

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) {
      const {group, version, plural} = kind.resource
      if (this.get(group, version, plural)) throw new Error(`two kinds are called ${idOf(group, version, plural)}`)
      this.set(kind)
    }
  }

  get(group: string, version: string, plural: string): Kind | undefined {
    return this.#kinds.get(idOf(group, version, plural))
  }

  all(): readonly Kind[] {
    this.#all ??= [...this.#kinds.values()]
    return this.#all
  }

  set(kind: Kind): void {
    const {group, version, plural} = kind.resource
    this.#kinds.set(idOf(group, version, plural), kind)
    this.#changed()
  }

  remove(group: string, version: string, plural: string): void {
    if (this.#kinds.delete(idOf(group, version, plural))) this.#changed()
  }

  #changed(): void {
    this.generation++
    this.#all = undefined
  }
}
