// What the kubelet sees of a pod: the words that planning, acting and reporting share.
import type {DeepReadonly} from '../../api/object.ts'
import type {Container, EphemeralContainer, Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'

export type ThePod = Cached<Pod>
export type PodContainer = DeepReadonly<Container>
export type PodEphemeral = DeepReadonly<EphemeralContainer>

export interface ObservedSandbox {
  readonly id: string
  readonly ready: boolean
  readonly ips: readonly string[]
  readonly attempt: number
  readonly createdAtMs: number
}

export interface LinuxLimits {
  readonly cpuShares: number
  readonly cpuQuota: number
  readonly memoryLimitInBytes: number
}

export interface ObservedContainer {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  /** How often it had been started before. */
  readonly restartCount: number
  /** Of its specification when it was created. */
  readonly hash: string
  readonly state: 'created' | 'running' | 'exited' | 'unknown'
  readonly createdAtMs: number
  readonly startedAtMs: number
  readonly finishedAtMs: number
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly image: string
  readonly imageId: string
  readonly logPath: string
  /** As the runtime has them, where it says so. */
  readonly limits?: LinuxLimits | undefined
  readonly user?: {readonly uid: number; readonly gid: number; readonly groups: readonly number[]} | undefined
}

/** Newest first, both. */
export interface ObservedPod {
  readonly sandboxes: readonly ObservedSandbox[]
  readonly containers: readonly ObservedContainer[]
}

export const nothingObserved: ObservedPod = {sandboxes: [], containers: []}

export type Readiness = {readonly started: boolean; readonly ready: boolean}

export const containersOf = (pod: ThePod): readonly PodContainer[] => pod.spec?.containers ?? []
export const initContainersOf = (pod: ThePod): readonly PodContainer[] => pod.spec?.initContainers ?? []
export const ephemeralContainersOf = (pod: ThePod): readonly PodEphemeral[] => pod.spec?.ephemeralContainers ?? []
export const isSidecar = (container: PodContainer): boolean => container.restartPolicy === 'Always'

export const latestOf = (observed: ObservedPod, name: string): ObservedContainer | undefined =>
  observed.containers.find((container) => container.name === name)

/** `default/web` for people and events; the uid tells incarnations apart. */
export const podTitle = (pod: ThePod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
