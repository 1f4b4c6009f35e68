// How far pulls are, for those who watch.
import type {Descriptor} from './manifest.ts'

export interface BlobProgress {
  readonly digest: string
  readonly size: number
  readonly received: number
  readonly state: 'waiting' | 'downloading' | 'unpacking' | 'done'
}

export class PullProgress {
  readonly #blobs = new Map<string, BlobProgress>()

  begin(blobs: readonly Descriptor[]): void {
    this.#blobs.clear()
    for (const {digest, size} of blobs) this.#blobs.set(digest, {digest, size, received: 0, state: 'waiting'})
  }
  /** So many bytes in all. */
  received(digest: string, received: number): void {
    this.#change(digest, {received, state: 'downloading'})
  }
  unpacking(digest: string): void {
    this.#change(digest, {state: 'unpacking'})
  }
  done(digest: string): void {
    this.#change(digest, {state: 'done'})
  }
  blobs(): readonly BlobProgress[] {
    return [...this.#blobs.values()]
  }

  #change(digest: string, change: Partial<BlobProgress>): void {
    const known = this.#blobs.get(digest)
    if (known) this.#blobs.set(digest, {...known, ...change})
  }
}
