// Unpacked layers: a folder each, whoever uses them, and beside it what is known of it.
import {existsSync, renameSync} from 'node:fs'
import {join} from 'node:path'
import {readState, writeState} from '../state-file.ts'
import {type DiskUsage, usageOf} from './disk-usage.ts'
import {lock} from './file-lock.ts'
import {unpackLayer} from './unpack.ts'

export interface LayerFacts extends DiskUsage {
  /** Of the archive before it was compressed: the configuration of an image names its layers by it. */
  readonly diffId: string
}

const SHORT = 24

export const hexOf = (digest: string): string => {
  if (!/^sha256:[a-f0-9]{64}$/.test(digest)) throw new Error(`unsupported digest ${digest}`)
  return digest.slice('sha256:'.length)
}

export class Layers {
  readonly folder: string
  readonly #locks: string

  constructor(folder: string, locks: string) {
    this.folder = folder
    this.#locks = locks
  }

  /** Short: all of an image's must fit into the options of one mount. */
  nameOf(digest: string): string {
    return hexOf(digest).slice(0, SHORT)
  }
  folderOf(digest: string): string {
    return join(this.folder, this.nameOf(digest))
  }
  #factsFile(digest: string): string {
    return `${this.folderOf(digest)}.json`
  }

  facts(digest: string): LayerFacts | undefined {
    return existsSync(this.folderOf(digest)) ? readState<LayerFacts>(this.#factsFile(digest)) : undefined
  }

  /** Once, whoever asks. */
  async unpack(digest: string, archive: string, signal?: AbortSignal): Promise<LayerFacts> {
    using _ = await lock(join(this.#locks, this.nameOf(digest)), signal)
    const known = this.facts(digest)
    if (known) return known
    const folder = this.folderOf(digest)
    const diffId = await unpackLayer(archive, folder)
    return await this.#note(digest, diffId)
  }

  /** A folder that is a layer already, as overlayfs left it. */
  async adopt(digest: string, diffId: string, from: string): Promise<LayerFacts> {
    using _ = await lock(join(this.#locks, this.nameOf(digest)))
    const known = this.facts(digest)
    if (known) return known
    if (!existsSync(this.folderOf(digest))) renameSync(from, this.folderOf(digest))
    return await this.#note(digest, diffId)
  }

  async #note(digest: string, diffId: string): Promise<LayerFacts> {
    const facts = {diffId, ...(await usageOf(this.folderOf(digest)))}
    writeState(this.#factsFile(digest), facts)
    return facts
  }
}
