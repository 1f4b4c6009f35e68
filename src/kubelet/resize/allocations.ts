// Promises are kept in the pods' folders: a kubelet that starts anew holds to them.
import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {isOutOfRoom} from '../out-of-room.ts'
import type {ThePod} from '../pods/types.ts'
import {podPaths} from '../volumes/paths.ts'
import {type Allocation, allocationOf, sameAllocation, withAllocation} from './allocation.ts'

export class Allocations {
  readonly #podsFolder: string
  readonly #byUid = new Map<string, Allocation>()

  constructor(podsFolder: string) {
    this.#podsFolder = podsFolder
  }

  /** Whether the pod was taken once. */
  has(uid: string): boolean {
    return this.#get(uid) !== undefined
  }

  promise(pod: ThePod): void {
    const {uid} = pod.metadata
    const allocation = allocationOf(pod)
    const file = this.#file(uid)
    this.#byUid.set(uid, allocation)
    try {
      mkdirSync(podPaths(this.#podsFolder, uid).folder, {recursive: true, mode: 0o755})
      writeFileSync(`${file}.new`, JSON.stringify(allocation), {mode: 0o600})
      renameSync(`${file}.new`, file)
    } catch (error) {
      // Remembered by this kubelet at least: a disk without room is no reason to turn pods away.
      if (!isOutOfRoom(error)) throw error
    }
  }

  view(pod: ThePod): ThePod {
    const allocation = this.#get(pod.metadata.uid)
    return allocation ? withAllocation(pod, allocation) : pod
  }

  isKept(pod: ThePod): boolean {
    const allocation = this.#get(pod.metadata.uid)
    return allocation === undefined || sameAllocation(allocation, allocationOf(pod))
  }

  /** Its file goes with the pod's folder. */
  forget(uid: string): void {
    this.#byUid.delete(uid)
  }

  #file(uid: string): string {
    return join(podPaths(this.#podsFolder, uid).folder, 'allocation.json')
  }

  #get(uid: string): Allocation | undefined {
    const known = this.#byUid.get(uid)
    if (known || !existsSync(this.#file(uid))) return known
    try {
      const read = JSON.parse(readFileSync(this.#file(uid), 'utf8')) as Allocation
      this.#byUid.set(uid, read)
      return read
    } catch (error) {
      if (error instanceof SyntaxError) return undefined // half a file of a full disk
      throw error
    }
  }
}
