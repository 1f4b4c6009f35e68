// What the daemon gives to simulated nodes.
import type {Transport} from '../api/transport.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import type {NodeSpecOptions} from './node-object.ts'

/** Where simulated nodes say how the API server reaches their kubelet. */
export interface Connections {
  add(nodeName: string, connect: (nodeName: string) => Promise<Transport>): void
  remove(nodeName: string): void
}

export interface SimulateOptions {
  /** May create nodes and write the status of every node and pod. */
  readonly client: ApiClient
  readonly informers: InformerSource
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Nodes of the profile itself; others are adopted by their annotation. Absent: none. */
  readonly nodes?: NodeSpecOptions | undefined
  /** Absent: no logs, exec or usage. */
  readonly connections?: Connections | undefined
  /** The port that nodes say their kubelet listens on, where the API server can reach the simulated one. */
  readonly kubeletPort?: number | undefined
}
