// What the daemon gives to a kubelet.

import type {Transport} from '../api/transport.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import type {KubeletConfig} from './config.ts'

export interface KubeletOptions {
  /** As `system:node:<name>` or better. */
  readonly client: ApiClient
  readonly informers: InformerSource
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
  /** The node goes down with the kubelet: asked once the signal is aborted, whether its pods are to end first. */
  readonly endsPods?: (() => boolean) | undefined
  readonly nodeName: string
  /** A CRI v1 socket. */
  readonly criSocket: string
  /** Volumes, logs and termination messages of pods: `<podsFolder>/<uid>/`. */
  readonly podsFolder: string
  /** The node's addresses as pods and users see them: one a family, the usual one first. */
  readonly nodeAddresses: readonly string[]
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Absent: the defaults. */
  readonly config?: KubeletConfig | undefined
  readonly maxPods?: number | undefined
  /** The control group that pods' groups hang below; absent: the runtime chooses. */
  readonly cgroupRoot?: string | undefined
  /** For a runtime that leaves a pod's own group behind: called when nothing is left in it. */
  readonly removeCgroup?: ((path: string) => void) | undefined
  /** Where pods with dnsPolicy ClusterFirst ask. */
  readonly clusterDns?: string | undefined
  readonly clusterDomain?: string | undefined
  /** What the node itself logs. */
  readonly logsFolder?: string | undefined
  /** What `docker login` wrote on this node: for images of pods without secrets of their own. */
  readonly dockerConfigFile?: string | undefined
  /** Pod manifests in this folder run without the scheduler. */
  readonly staticPodFolder?: string | undefined
  /** Called once the kubelet's own API answers: how the API server reaches this node. */
  readonly onReady?: ((transport: Transport) => void) | undefined
}
