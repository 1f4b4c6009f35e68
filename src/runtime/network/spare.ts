// A pod's namespaces made before a pod asks for them: most of the time a sandbox takes is the kernel's, and this moves
// it to where nobody waits. One spare at a time; it lies in `spares/` until it is used.
import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {newId} from '../ids.ts'
import type {PodAddresses} from './addresses.ts'
import type {Bridge} from './bridge.ts'
import {createNamespaces, type NamespaceKind, namespaceFile, removeNamespaces} from './namespaces.ts'

export const spareKinds: readonly NamespaceKind[] = ['net', 'uts', 'ipc']

export interface Spare {
  readonly id: string
  readonly ips: readonly string[]
  readonly folder: string
  readonly addresses: PodAddresses
}

export interface SpareOptions {
  readonly root: string
  readonly hash: string
  readonly bridge: Bridge
  /** The pool of now: it changes with the pod network. */
  addresses(): PodAddresses
}

/** After the last pod was made, so that its start is not slowed down. */
const REST_MS = 400

export const vethName = (hash: string, id: string): string => `mv${hash.slice(0, 4)}${id.slice(0, 8)}`

export class SparePods {
  readonly #options: SpareOptions
  #spare: Spare | undefined
  #making = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: SpareOptions) {
    this.#options = options
    this.#forgetOld()
  }

  get #folder(): string {
    return join(this.#options.root, 'spares')
  }

  /** In its final place, or undefined where none is ready. */
  take(): Spare | undefined {
    const spare = this.#spare
    this.#spare = undefined
    this.makeLater()
    if (!spare) return undefined
    if (spare.addresses !== this.#options.addresses()) {
      void this.#drop(spare)
      return undefined
    }
    const folder = join(this.#options.root, 'sandboxes', spare.id)
    renameSync(spare.folder, folder)
    return {...spare, folder}
  }

  makeLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#make(), REST_MS)
    this.#timer.unref()
  }

  /** The process is about to end. */
  closeNow(): void {
    clearTimeout(this.#timer)
    if (this.#spare) spawnSync('umount', ['-l', ...this.#files(this.#spare.folder)])
  }

  #files(folder: string): string[] {
    return spareKinds.map((kind) => namespaceFile(folder, kind))
  }

  async #make(): Promise<void> {
    if (this.#spare || this.#making) return
    this.#making = true
    const addresses = this.#options.addresses()
    const id = newId()
    const folder = join(this.#folder, id)
    const taken = addresses.take()
    const spare: Spare = {id, ips: taken.map(({ip}) => ip), folder, addresses}
    try {
      mkdirSync(join(folder, 'shm'), {recursive: true, mode: 0o755})
      chmodSync(join(folder, 'shm'), 0o1777)
      await this.#options.bridge.ensure(addresses)
      const network = {
        addresses: taken,
        bridge: this.#options.bridge.name,
        veth: vethName(this.#options.hash, id),
      }
      await createNamespaces({folder, kinds: spareKinds, hostname: 'spare', sysctls: {}, network})
      this.#spare = spare
    } catch {
      // Whoever needs a sandbox next makes one, and says what went wrong.
      await this.#drop(spare)
    } finally {
      this.#making = false
    }
  }

  async #drop({addresses, folder, ips}: Spare): Promise<void> {
    await removeNamespaces(folder, spareKinds)
    addresses.release(ips)
    rmSync(folder, {recursive: true, force: true})
  }

  /** Of a run that was killed. */
  #forgetOld(): void {
    mkdirSync(this.#folder, {recursive: true, mode: 0o700})
    for (const name of readdirSync(this.#folder)) {
      spawnSync('umount', ['-l', ...this.#files(join(this.#folder, name))])
      rmSync(join(this.#folder, name), {recursive: true, force: true})
    }
  }
}
