// Ends containers: preStop first, then the signal, all within the grace period. Sidecars go last, in reverse order.
import {containerEvent, type Kubelet} from '../kubelet.ts'
import {runHook} from './start-container.ts'
import {
  containersOf,
  initContainersOf,
  isSidecar,
  type ObservedContainer,
  type ObservedPod,
  type PodContainer,
  type ThePod,
} from './types.ts'

const SHORTEST_GRACE_SECONDS = 2

export interface StopOptions {
  readonly graceSeconds: number
  readonly message?: string | undefined
  readonly podIp: string
}

const specOf = (pod: ThePod, name: string): PodContainer | undefined =>
  [...containersOf(pod), ...initContainersOf(pod)].find((container) => container.name === name)

const preStop = async (
  kubelet: Kubelet,
  pod: ThePod,
  running: ObservedContainer,
  {graceSeconds, podIp}: StopOptions,
): Promise<void> => {
  const container = specOf(pod, running.name)
  const hook = container?.lifecycle?.preStop
  if (!container || !hook || graceSeconds <= 0) return
  const {clock, signal} = kubelet.options
  const over = new AbortController()
  // Not what it said: that may be a secret.
  const hookDone = runHook(kubelet, hook, container, running.id, podIp, graceSeconds * 1000)
    .catch(() => containerEvent(kubelet, pod, running.name, 'Warning', 'FailedPreStopHook', 'PreStopHook failed'))
    .finally(() => over.abort())
  const late = clock.sleep(graceSeconds * 1000, AbortSignal.any([signal, over.signal]))
  await Promise.race([hookDone, late.catch(() => undefined)])
}

export const stopContainer = async (
  kubelet: Kubelet,
  pod: ThePod,
  running: ObservedContainer,
  options: StopOptions,
): Promise<void> => {
  const {clock} = kubelet.options
  containerEvent(
    kubelet,
    pod,
    running.name,
    'Normal',
    'Killing',
    options.message ?? `Stopping container ${running.name}`,
  )
  const startedMs = clock.monotonic()
  await preStop(kubelet, pod, running, options)
  const spentSeconds = (clock.monotonic() - startedMs) / 1000
  const left = options.graceSeconds - Math.floor(spentSeconds)
  const timeout = options.graceSeconds === 0 ? 0 : Math.max(left, SHORTEST_GRACE_SECONDS)
  await kubelet.cri.RuntimeService.StopContainer({containerId: running.id, timeout})
}

export const stopAll = async (
  kubelet: Kubelet,
  pod: ThePod,
  observed: ObservedPod,
  options: StopOptions,
): Promise<void> => {
  const running = observed.containers.filter(({state}) => state === 'running')
  const sidecars = initContainersOf(pod)
    .filter(isSidecar)
    .map(({name}) => name)
  const isLast = ({name}: ObservedContainer): boolean => sidecars.includes(name)
  const startedMs = kubelet.options.clock.monotonic()
  await Promise.all(running.filter((one) => !isLast(one)).map((one) => stopContainer(kubelet, pod, one, options)))
  for (const name of [...sidecars].reverse()) {
    const sidecar = running.find((one) => one.name === name)
    if (!sidecar) continue
    const spent = Math.floor((kubelet.options.clock.monotonic() - startedMs) / 1000)
    await stopContainer(kubelet, pod, sidecar, {...options, graceSeconds: Math.max(options.graceSeconds - spent, 0)})
  }
}
