// Layers of earlier builds by what made them: the layers below, the instruction, and all that it could see. Their content
// is held in the store; what was not used for longest goes when it becomes too much.
import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {lockNow} from '../images/file-lock.ts'
import type {ImageStore} from '../images/store.ts'
import {readState, writeState} from '../state-file.ts'
import type {LayerRef, Stage} from './stage.ts'

const HOLD = 'build-cache'
const MOST_BYTES = 8 * 1024 ** 3

export interface CachedStep {
  /** Absent: the step changed nothing. */
  readonly layer?: LayerRef | undefined
  readonly created: string
}

interface Entry extends CachedStep {
  readonly usedAt: number
}

export const cacheKey = (stage: Stage, step: object): string =>
  createHash('sha256')
    .update(JSON.stringify([stage.onHost, stage.layers.map(({diffId}) => diffId), step]))
    .digest('hex')

export class BuildCache {
  readonly #store: ImageStore

  constructor(store: ImageStore) {
    this.#store = store
  }

  get #file(): string {
    return join(this.#store.folder, 'build-cache.json')
  }

  #read(): Record<string, Entry> {
    return readState<Record<string, Entry>>(this.#file) ?? {}
  }

  #change(change: (entries: Record<string, Entry>) => Record<string, Entry>): void {
    using _ = lockNow(this.#store.lockFile('build-cache'))
    const entries = change(this.#read())
    writeState(this.#file, entries)
    this.#store.holds.keep(HOLD, [...new Set(Object.values(entries).flatMap(({layer}) => layer?.digest ?? []))])
  }

  #isThere({layer}: CachedStep): boolean {
    return (
      !layer || (this.#store.layers.facts(layer.digest) !== undefined && existsSync(this.#store.blobFile(layer.digest)))
    )
  }

  find(key: string): CachedStep | undefined {
    const entry = this.#read()[key]
    return entry && this.#isThere(entry) ? entry : undefined
  }

  keep(key: string, {created, layer}: CachedStep): void {
    this.#change((entries) => ({...entries, [key]: {layer, created, usedAt: Date.now()}}))
  }

  /** After a build: what it used is young again, and the oldest make room. */
  finish(used: ReadonlySet<string>, mostBytes = MOST_BYTES): void {
    this.#change((entries) => {
      const now = Date.now()
      const young = Object.entries(entries).map(([key, entry]): [string, Entry] => [
        key,
        used.has(key) ? {...entry, usedAt: now} : entry,
      ])
      let bytes = 0
      const kept = young
        .sort(([, one], [, other]) => other.usedAt - one.usedAt)
        .filter(([, {layer}]) => (bytes += layer?.size ?? 0) <= mostBytes)
      return Object.fromEntries(kept)
    })
  }

  clear(): void {
    this.#change(() => ({}))
  }
}
