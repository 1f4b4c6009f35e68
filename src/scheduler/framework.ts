// What a scheduler plugin is. A plugin looks at the pod once (`filter`, `score`) and hands back what has to be asked of
// every node; a plugin that has nothing to say about this pod hands back nothing and costs nothing.
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Cluster} from './cluster.ts'
import type {ClusterEvent, ClusterEventKind} from './events.ts'
import type {NodeInfo} from './node-info.ts'
import type {PodInfo} from './pod-info.ts'

export interface Rejection {
  readonly plugin: string
  readonly reasons: readonly string[]
  /** Whether it could help to remove pods from the node. */
  readonly resolvable: boolean
}

export interface FilterRun {
  /** The only nodes worth asking. */
  readonly only?: ReadonlySet<string>
  check(node: NodeInfo): Rejection | undefined
}

export interface ScoreRun {
  score(node: NodeInfo): number
  /** Brings raw scores into 0 to 100, in place. Absent: they are there already. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void
}

export interface BindContext {
  readonly client: ApiClient
  readonly clock: Clock
  readonly cluster: Cluster
  readonly signal: AbortSignal
}

/** Whether this event could make a pod schedulable that the plugin rejected. */
export type Hint = (pod: PodInfo, event: ClusterEvent) => boolean

export interface Plugin {
  /** Kubernetes' own. */
  readonly name: string
  readonly weight?: number
  /** Why the pod may not even be queued. */
  gate?(pod: PodInfo): string | undefined
  /** A Rejection: no node will do. */
  filter?(pod: PodInfo, cluster: Cluster): FilterRun | Rejection | undefined
  score?(pod: PodInfo, cluster: Cluster, feasible: readonly NodeInfo[]): ScoreRun | undefined
  /** Takes what the pod needs on this node before anybody else does; returns the way back. */
  reserve?(pod: PodInfo, node: NodeInfo, cluster: Cluster): (() => void) | undefined
  /** What has to be true before the pod is bound. Rejects when it cannot become true. */
  preBind?(pod: PodInfo, node: NodeInfo, context: BindContext): Promise<void>
  readonly wakes?: Partial<Record<ClusterEventKind, Hint>>
}

export const MAX_SCORE = 100

export const isRejection = (value: FilterRun | Rejection): value is Rejection => 'reasons' in value

/** The same object every time: rejections are made for thousands of nodes. */
export const rejection = (plugin: string, reason: string, {resolvable}: {resolvable: boolean}): Rejection => ({
  plugin,
  reasons: [reason],
  resolvable,
})

/** Scores relative to the highest. */
export const normalizeToHighest = (scores: number[], {reverse}: {reverse: boolean}): void => {
  const highest = Math.max(0, ...scores)
  for (let index = 0; index < scores.length; index++) {
    const share = highest === 0 ? 0 : Math.floor(((scores[index] ?? 0) * MAX_SCORE) / highest)
    scores[index] = reverse ? MAX_SCORE - share : share
  }
}
