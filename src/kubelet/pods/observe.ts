// What the runtime has of our pods. Labels tie sandboxes and containers to pods: nothing else is remembered, so a
// kubelet that starts anew finds everything again.
import type {CriClient} from '../../lib/cri/client.ts'
import {ContainerState, PodSandboxState} from '../../lib/cri/enums.ts'
import type {Received} from '../../lib/cri/messages.ts'
import {grpcCodes, isGrpcCode} from '../../lib/grpc/status.ts'
import type {LinuxLimits, ObservedContainer, ObservedPod, ObservedSandbox} from './types.ts'

export const labels = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const

export const annotations = {
  hash: 'io.kubernetes.container.hash',
  restartCount: 'io.kubernetes.container.restartCount',
  grace: 'io.kubernetes.pod.terminationGracePeriod',
} as const

const states: Readonly<Record<number, ObservedContainer['state']>> = {
  [ContainerState.CREATED]: 'created',
  [ContainerState.RUNNING]: 'running',
  [ContainerState.EXITED]: 'exited',
}

const milli = (nanos: number): number => Math.floor(nanos / 1_000_000)

export const observedContainer = (status: Received<'ContainerStatus'>, sandboxId: string): ObservedContainer => {
  const user = status.user?.linux
  return {
    id: status.id,
    sandboxId,
    name: status.labels[labels.containerName] ?? status.metadata?.name ?? '',
    restartCount: Number(status.annotations[annotations.restartCount] ?? status.metadata?.attempt ?? 0),
    hash: status.annotations[annotations.hash] ?? '',
    state: states[status.state] ?? 'unknown',
    createdAtMs: milli(status.createdAt),
    startedAtMs: milli(status.startedAt),
    finishedAtMs: milli(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: status.message,
    image: status.image?.userSpecifiedImage || status.image?.image || '',
    imageId: status.imageRef,
    logPath: status.logPath,
    limits: status.resources?.linux && limitsOf(status.resources.linux),
    user: user && {uid: user.uid, gid: user.gid, groups: user.supplementalGroups},
  }
}

const limitsOf = (linux: Received<'LinuxContainerResources'>): LinuxLimits => ({
  cpuShares: linux.cpuShares,
  cpuQuota: linux.cpuQuota,
  memoryLimitInBytes: linux.memoryLimitInBytes,
})

const newestFirst = <T extends {readonly createdAtMs: number}>(items: T[]): T[] =>
  items.sort((a, b) => b.createdAtMs - a.createdAtMs)

export class Observer {
  readonly #cri: CriClient
  /** What has ended does not change. */
  readonly #ended = new Map<string, ObservedContainer>()

  constructor(cri: CriClient) {
    this.#cri = cri
  }

  async observe(uid: string, signal: AbortSignal): Promise<ObservedPod> {
    const {RuntimeService} = this.#cri
    const labelSelector = {[labels.podUid]: uid}
    const [{items}, {containers}] = await Promise.all([
      RuntimeService.ListPodSandbox({filter: {labelSelector}}, {signal}),
      RuntimeService.ListContainers({filter: {labelSelector}}, {signal}),
    ])
    const [sandboxes, observed] = await Promise.all([
      Promise.all(items.map((item) => this.#sandbox(item, signal))),
      Promise.all(containers.map((container) => this.#container(container, signal))),
    ])
    return {
      sandboxes: newestFirst(sandboxes.filter((sandbox) => sandbox !== undefined)),
      containers: newestFirst(observed.filter((container) => container !== undefined)),
    }
  }

  /** The uids of all pods that the runtime knows. */
  async uids(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const {items} = await this.#cri.RuntimeService.ListPodSandbox({}, {signal})
    return new Set(items.flatMap((item) => item.labels[labels.podUid] ?? []))
  }

  forget(id: string): void {
    this.#ended.delete(id)
  }

  async #sandbox(item: Received<'PodSandbox'>, signal: AbortSignal): Promise<ObservedSandbox | undefined> {
    const ready = item.state === PodSandboxState.READY
    const ips = ready ? await this.#addressesOf(item.id, signal) : []
    return {id: item.id, ready, ips, attempt: item.metadata?.attempt ?? 0, createdAtMs: milli(item.createdAt)}
  }

  readonly #addresses = new Map<string, readonly string[]>()
  async #addressesOf(podSandboxId: string, signal: AbortSignal): Promise<readonly string[]> {
    const known = this.#addresses.get(podSandboxId)
    if (known) return known
    const answer = await unlessGone(this.#cri.RuntimeService.PodSandboxStatus({podSandboxId}, {signal}))
    const {ip, additionalIps = []} = answer?.status?.network ?? {}
    if (!ip) return []
    const ips = [ip, ...additionalIps.map((more) => more.ip)]
    this.#addresses.set(podSandboxId, ips)
    return ips
  }

  async #container(item: Received<'Container'>, signal: AbortSignal): Promise<ObservedContainer | undefined> {
    const known = this.#ended.get(item.id)
    if (known) return known
    const answer = await unlessGone(this.#cri.RuntimeService.ContainerStatus({containerId: item.id}, {signal}))
    if (!answer?.status) return undefined
    const observed = observedContainer(answer.status, item.podSandboxId)
    if (observed.state === 'exited') this.#ended.set(item.id, observed)
    return observed
  }
}

const unlessGone = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error) => {
    if (isGrpcCode(error, grpcCodes.notFound)) return undefined
    throw error
  })
