// What a component is, and what the daemon gives it.
import type {UserInfo} from '../api/transport.ts'
import type {ApiServer, NodeConnector} from '../apiserver/contract.ts'
import type {Pki} from '../apiserver/pki/contract.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Profile} from '../client/profile.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {Informers} from '../reconcile/informers.ts'
import type {SettledConfig} from './config.ts'
import type {NodePlaces} from './node-places.ts'

export interface DaemonContext {
  readonly profile: Profile
  readonly config: SettledConfig
  /** Of the nodes on this machine. */
  readonly places: NodePlaces
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly server: ApiServer
  readonly pki: Pki
  /** A client for a component, as the API server and its audit log know it. */
  clientOf(user: UserInfo, userAgent: string): ApiClient
  /** Shared by all components. */
  readonly informers: Informers
  /** Nodes of this process register here how the API server reaches their kubelet. */
  readonly nodes: NodeConnections
  /** Where things can be reached, by name: `mini status` shows them. */
  readonly endpoints: Map<string, string>
  /** What components found that this machine cannot do, by a key of their own: `mini status` shows it. */
  readonly lacks: Map<string, string>
  /** Where programs are looked for. */
  readonly path: string
}

export interface NodeConnections {
  add(nodeName: string, connect: NodeConnector): void
  remove(nodeName: string): void
}

export interface Component {
  /** As `mini status` and the log show it. */
  readonly name: string
  wanted(config: SettledConfig): boolean
  /** It works differently, or not at all, with other addons: it starts again when they change. */
  readonly usesAddons?: boolean
  /** Settles only after everything it started has ended. */
  run(context: DaemonContext, signal: AbortSignal): Promise<void>
}

export const administrator: UserInfo = {name: 'system:admin', groups: ['system:masters', 'system:authenticated']}
