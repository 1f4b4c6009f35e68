// Hands every durable batch to the watchers it concerns. Watchers of the same prefix share one narrowed batch.
import type {Revision, StoreEvent, Watch} from '../contract.ts'
import {sizeOf, Watcher, type WatcherLimits, type WatchSource} from './watcher.ts'

export class WatchHub {
  readonly #source: WatchSource
  readonly #limits: WatcherLimits
  readonly #byPrefix = new Map<string, Set<Watcher>>()
  readonly #all = new Set<Watcher>()

  constructor(source: WatchSource, limits: WatcherLimits) {
    this.#source = source
    this.#limits = limits
  }

  watch(prefix: string, from: Revision): Watch {
    const watcher = new Watcher({
      prefix,
      from,
      source: this.#source,
      limits: this.#limits,
      join: (joining) => this.#join(joining),
      leave: (leaving) => this.#leave(leaving),
    })
    this.#all.add(watcher)
    return watcher
  }

  publish(events: readonly StoreEvent[], revision: Revision): void {
    for (const [prefix, watchers] of this.#byPrefix) {
      const concerned = events.filter(({key}) => key.startsWith(prefix))
      if (concerned.length === 0) continue
      const batch = {events: concerned, revision}
      const sizeBytes = sizeOf(concerned)
      for (const watcher of watchers) watcher.push(batch, sizeBytes)
    }
  }

  tellProgress(revision: Revision): void {
    for (const watchers of this.#byPrefix.values()) for (const watcher of watchers) watcher.pushProgress(revision)
  }

  close(): void {
    for (const watcher of [...this.#all]) watcher.close()
  }

  #join(watcher: Watcher): void {
    const others = this.#byPrefix.get(watcher.prefix)
    if (others === undefined) this.#byPrefix.set(watcher.prefix, new Set([watcher]))
    else others.add(watcher)
  }

  #leave(watcher: Watcher): void {
    this.#all.delete(watcher)
    const others = this.#byPrefix.get(watcher.prefix)
    others?.delete(watcher)
    if (others?.size === 0) this.#byPrefix.delete(watcher.prefix)
  }
}
