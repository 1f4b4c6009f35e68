// Writes that will be committed together.
import type {Entry, Revision} from '../contract.ts'
import type {LogRow} from './log.ts'

export class Batch {
  readonly rows: LogRow[] = []
  /** Settles when the batch is durable and visible, or rejects when none of it happened. */
  readonly settled: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void

  constructor() {
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    this.settled = promise
    this.resolve = resolve
    this.reject = reject
    // Each write waits for it by itself; a batch without writes has nobody to tell.
    promise.catch(() => undefined)
  }
}

/** What a key will be once its batch is durable: what the next write to it is checked against. */
export interface Accepted {
  readonly entry: Entry | undefined
  readonly revision: Revision
  readonly batch: Batch
}
