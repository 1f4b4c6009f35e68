// Where a step of a build works: an upper layer beside the store's layers, and mounts below the runtime's own folder,
// whose cleanup knows them.
import {mkdirSync, readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {newId} from '../ids.ts'
import {runProgram, tryProgram} from '../run-program.ts'

export interface ScratchPlaces {
  /** On the disk of the layers. */
  readonly layers: string
  readonly building: string
  /** Below the runtime's root. */
  readonly mounts: string
}

const option = (path: string): string => path.replace(/[\\:,]/g, '\\$&')

export class Scratch implements AsyncDisposable {
  readonly id = newId()
  readonly upper: string
  readonly work: string
  /** Of the launched process: its files and its root. */
  readonly folder: string
  readonly #places: ScratchPlaces
  readonly #own: string
  readonly #mounted: string[] = []
  #serial = 0
  #host: Promise<string> | undefined

  constructor(places: ScratchPlaces) {
    this.#places = places
    this.#own = join(places.building, this.id)
    this.upper = join(this.#own, 'upper')
    this.work = join(this.#own, 'work')
    this.folder = join(places.mounts, this.id)
    for (const folder of [this.upper, join(this.folder, 'root')]) mkdirSync(folder, {recursive: true, mode: 0o755})
    mkdirSync(this.work, {mode: 0o700})
  }

  /** An empty folder on the disk of the layers. */
  fresh(name: string): string {
    const folder = join(this.#own, `${name}${this.#serial++}`)
    mkdirSync(folder, {recursive: true, mode: 0o755})
    return folder
  }

  /** The layers (the topmost first) as one folder, which must not be written to. */
  async view(layers: readonly string[]): Promise<string> {
    const [only, ...more] = layers
    if (only === undefined) return this.fresh('empty')
    if (more.length === 0) return only
    return this.#mount(`lowerdir=${this.#names(await this.lower(layers))}`)
  }

  /** Layers on this machine's root need it as a file system of its own: see RootLayers. */
  async lower(layers: readonly string[]): Promise<readonly string[]> {
    if (layers.length < 2 || layers.at(-1) !== '/') return layers
    this.#host ??= this.#mount(
      `lowerdir=/,upperdir=${option(this.fresh('host'))},workdir=${option(this.fresh('host'))}`,
    )
    return [...layers.slice(0, -1), await this.#host]
  }

  /** The layers with the upper one on top, to write to. */
  async root(layers: readonly string[]): Promise<string> {
    const lower = layers.length > 0 ? await this.lower(layers) : [this.fresh('empty')]
    return this.#mount(`lowerdir=${this.#names(lower)},upperdir=${option(this.upper)},workdir=${option(this.work)}`)
  }

  #names(layers: readonly string[]): string {
    const from = `${this.#places.layers}/`
    return layers.map((path) => option(path.startsWith(from) ? path.slice(from.length) : path)).join(':')
  }

  async #mount(options: string): Promise<string> {
    const target = join(this.folder, `view${this.#serial++}`)
    mkdirSync(target)
    await runProgram('mount', ['-t', 'overlay', 'overlay', '-o', options, target], {cwd: this.#places.layers})
    this.#mounted.push(target)
    return target
  }

  async unmount(): Promise<void> {
    this.#host = undefined
    const mounted = this.#mounted.splice(0).reverse()
    if (mounted.length > 0) await tryProgram('umount', ['-l', ...mounted])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unmount()
    for (const folder of [this.#own, this.folder]) rmSync(folder, {recursive: true, force: true, maxRetries: 3})
  }
}

/** What builds left that ended with their process; mounts are gone by then. */
export const clearScratch = (places: ScratchPlaces): void => {
  for (const folder of [places.building, places.mounts]) {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    for (const name of readdirSync(folder)) rmSync(join(folder, name), {recursive: true, force: true})
  }
}
