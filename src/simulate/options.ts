// What the daemon gives to simulated nodes.
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import type {NodeSpecOptions} from './node-object.ts'

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
  /** The port that nodes say their kubelet listens on, where the API server can reach the simulated one. */
  readonly kubeletPort?: number | undefined
}
