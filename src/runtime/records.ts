// What the runtime remembers of sandboxes and containers, in memory and as a file each.
import type {Received} from '../lib/cri/messages.ts'
import type {ContainerLog, OutputStream} from './container-log.ts'
import type {Launched} from './launch/launched.ts'
import type {LaunchSpec} from './launch/spec.ts'
import type {CniResult} from './network/cni.ts'
import type {NamespaceKind} from './network/namespaces.ts'

export interface SandboxRecord {
  readonly id: string
  readonly config: Received<'PodSandboxConfig'>
  readonly handler: string
  readonly createdAt: number
  readonly namespaces: readonly NamespaceKind[]
  ip: string
  /** Of the second family. */
  moreIps?: readonly string[] | undefined
  /** What CNI plugins said of the network they made. */
  cniResult?: CniResult | undefined
  /** Where a pod without a network of its own is found, though it asked for one. */
  readonly sharedIp?: string | undefined
  readonly folder: string
  ready: boolean
  /** Something of it ended with the runtime or the machine; the rest is still to be given back. */
  isLost?: boolean | undefined
  /** Of the process that keeps a shared pid namespace. */
  holderPid?: number | undefined
}

/** Of all families; none for a pod on the machine's own network. */
export const addressesOf = ({ip, moreIps = []}: SandboxRecord): readonly string[] => (ip ? [ip, ...moreIps] : [])

export interface ContainerRecord {
  readonly id: string
  readonly sandboxId: string
  readonly config: Received<'ContainerConfig'>
  readonly imageId: string
  readonly createdAt: number
  readonly folder: string
  readonly logPath: string
  readonly cgroupPath: string
  state: 'created' | 'running' | 'exited'
  startedAt: number
  finishedAt: number
  exitCode: number
  reason: string
  message: string
  pid: number
  resources?: Received<'LinuxContainerResources'> | undefined
}

/** What only a live container has. */
export interface LiveContainer {
  readonly record: ContainerRecord
  readonly spec: LaunchSpec
  readonly launched: Launched
  readonly log: ContainerLog
  /** Attached clients; each gets a copy of the output. */
  readonly watchers: Set<(stream: OutputStream, chunk: Buffer) => void>
  /** Settles when the exit has been recorded. */
  readonly ended: Promise<void>
  oomKillsBefore: number
}
