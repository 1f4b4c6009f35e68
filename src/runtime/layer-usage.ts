// How much containers have written into their own layers. Counted in the background and remembered for a while: who asks
// is told at once what was found last.
import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {ContainerRecord} from './records.ts'
import {nowNanos} from './time.ts'

export interface Layer {
  readonly bytes: number
  readonly files: number
  readonly atNanos: number
}

const KEEP_NANOS = 10_000_000_000
const BLOCK = 512
const nothing: Layer = {bytes: 0, files: 0, atNanos: 0}

/** Below a container's folder: the layer of its root, and those of other file systems in it. */
const isUpper = (name: string): boolean => name === 'layer' || name.startsWith('mount')

const count = async (path: string, sum: {bytes: number; files: number}): Promise<void> => {
  const found = await lstat(path).catch(() => undefined) // gone meanwhile
  if (!found) return
  sum.bytes += found.blocks * BLOCK
  sum.files += 1
  if (!found.isDirectory()) return
  const names = await readdir(path).catch(() => [])
  for (const name of names) await count(join(path, name), sum)
}

export class LayerUsage {
  readonly #known = new Map<string, Layer>()
  readonly #counting = new Set<string>()

  usage({folder, id}: ContainerRecord): Layer {
    const known = this.#known.get(id) ?? nothing
    if (nowNanos() - known.atNanos > KEEP_NANOS) void this.#count(id, folder)
    return known
  }

  forget(id: string): void {
    this.#known.delete(id)
  }

  async #count(id: string, folder: string): Promise<void> {
    if (this.#counting.has(id)) return
    this.#counting.add(id)
    const sum = {bytes: 0, files: 0}
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter(isUpper)) await count(join(folder, name, 'upper'), sum)
    this.#counting.delete(id)
    if (names.length > 0) this.#known.set(id, {...sum, atNanos: nowNanos()})
  }
}
