// What the proxy is given and what it tells.
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {InformerSource} from '../reconcile/contract.ts'

export type ProxyMode = 'nftables' | 'userspace'

export interface ProxyNetwork {
  readonly podRanges: readonly string[]
  readonly serviceRanges: readonly string[]
  readonly balancerRanges: readonly string[]
}

/** For `mini status`. */
export interface ProxyState {
  readonly mode: ProxyMode
  /** Why it is not the other one; absent where it was asked for. */
  readonly reason?: string | undefined
  /** Why NetworkPolicies are not enforced; absent: they are. */
  readonly policiesLack?: string | undefined
  /** What the kernel said to the newest rules; absent: it has them. */
  readonly failure?: string | undefined
}

export interface ProxyOptions {
  readonly client: ApiClient
  readonly informers: InformerSource
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly mode: ProxyMode | 'auto'
  /** Of the tables in the kernel: this profile's alone. */
  readonly tableName: string
  readonly network: ProxyNetwork
  /** Where `nft` is looked for. */
  readonly path: string
  readonly onState: (state: ProxyState) => void
}
