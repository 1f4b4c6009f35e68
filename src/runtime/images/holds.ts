// What must not be removed although no image in the list has it: the layers below a container whose image was removed,
// what a pull has fetched so far, what builds may use again. A file each, so that every process of a profile sees it.
import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {readState, writeState} from '../state-file.ts'
import {isAliveAs, ownName} from './file-lock.ts'
import type {ImageRecord} from './record.ts'

interface HoldFile {
  readonly digests: readonly string[]
  /** It ends with this process. */
  readonly process?: string | undefined
  readonly record?: ImageRecord | undefined
}

export class Holds {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`)
  }

  /** Until it is disposed of, or this process ends. */
  forNow(name: string, digests: readonly string[]): Disposable {
    const file = this.#file(`${process.pid}-${name}`)
    writeState(file, {digests, process: ownName} satisfies HoldFile)
    return {[Symbol.dispose]: () => rmSync(file, {force: true})}
  }

  /** Until `release`. */
  keep(name: string, digests: readonly string[], record?: ImageRecord): void {
    writeState(this.#file(name), {digests, record} satisfies HoldFile)
  }

  release(name: string): void {
    rmSync(this.#file(name), {force: true})
  }

  record(name: string): ImageRecord | undefined {
    return readState<HoldFile>(this.#file(name))?.record
  }

  /** Images that something holds whole. */
  records(): ImageRecord[] {
    return this.names().flatMap((name) => this.record(name) ?? [])
  }

  names(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
  }

  /** All that is held; what a dead process held is forgotten. */
  digests(): Set<string> {
    const held = new Set<string>()
    for (const name of this.names()) {
      const hold = readState<HoldFile>(this.#file(name))
      if (!hold) continue
      if (hold.process !== undefined && !isAliveAs(hold.process)) this.release(name)
      else for (const digest of hold.digests) held.add(digest)
    }
    return held
  }
}
