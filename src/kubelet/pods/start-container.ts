// Starts one container: its image, its configuration, create, start, postStart. What goes wrong is told as an event and
// as the reason the container waits for.
import {dirname} from 'node:path'
import type {DeepReadonly} from '../../api/object.ts'
import type {LifecycleHandler} from '../../api/schema/types.gen.ts'
import type {Message} from '../../lib/cri/messages.ts'
import {ConfigError, containerEnv} from '../containers/env.ts'
import {expand} from '../containers/expand.ts'
import {hostsMount, terminationMount, volumeMounts} from '../containers/mounts.ts'
import {containerResources} from '../containers/resources.ts'
import {checkNonRoot, securityContext, withProfileFiles} from '../containers/security.ts'
import {serviceEnv} from '../containers/service-env.ts'
import type {PulledImage} from '../images/puller.ts'
import {containerEvent, fieldSources, type Kubelet} from '../kubelet.ts'
import {canRecursiveReadOnly} from '../node/runtime-info.ts'
import {checkExec, checkHttp, checkTcp} from '../probes/check.ts'
import {pullImageVolumes} from '../volumes/image-volumes.ts'
import {podPaths} from '../volumes/paths.ts'
import type {PreparedVolume} from '../volumes/volumes.ts'
import {containerHash} from './hash.ts'
import {annotations, labels} from './observe.ts'
import type {StartStep} from './plan.ts'
import {runtimeHandlerOf} from './runtime-handler.ts'
import {hostnameOf} from './sandbox-config.ts'
import {latestOf, type ObservedPod, type PodContainer, type ThePod} from './types.ts'

export interface StartContext {
  readonly kubelet: Kubelet
  readonly pod: ThePod
  readonly observed: ObservedPod
  readonly sandboxId: string
  readonly sandboxConfig: Message<'PodSandboxConfig'>
  readonly podIps: readonly string[]
  readonly volumes: ReadonlyMap<string, PreparedVolume>
  /** Of a runtime that knows them. */
  readonly users?: Message<'UserNamespace'> | undefined
}

/** What is mounted keeps its owners, as the pod's own users see them. */
const mappingsOf = ({users}: StartContext): Message<'Mount'> =>
  users?.uids?.length ? {uidMappings: users.uids, gidMappings: users.gids} : {}

const targetOf = ({observed}: StartContext, container: StartStep['container']): string => {
  const name = 'targetContainerName' in container ? container.targetContainerName : undefined
  return (name ? latestOf(observed, name)?.id : undefined) ?? ''
}

const containerConfig = async (
  context: StartContext,
  step: StartStep,
  image: PulledImage,
  imageRefs: ReadonlyMap<string, string>,
): Promise<Message<'ContainerConfig'>> => {
  const {kubelet, pod, podIps, volumes} = context
  const {container, restartCount} = step
  const {metadata, spec} = pod
  const paths = podPaths(kubelet.options.podsFolder, metadata.uid)
  const services = serviceEnv(kubelet.services(), metadata.namespace ?? '', spec?.enableServiceLinks ?? true)
  const env = await containerEnv(pod, container, services, kubelet.source, fieldSources(kubelet, podIps))
  checkNonRoot(pod, container, image)
  const {domain, hostname} = hostnameOf(pod)
  const mounts = volumeMounts(container, volumes, env, {
    canRecurse: canRecursiveReadOnly(kubelet.handlers, runtimeHandlerOf(kubelet, pod)),
    imageRefs,
  })
  const ownHosts = mounts.some(({containerPath}) => containerPath === '/etc/hosts')
  const clusterDomain = kubelet.options.clusterDomain ?? 'cluster.local'
  const hosts = hostsMount(
    paths.hosts,
    {
      ip: podIps[0] ?? '',
      hostname,
      domain: domain && `${domain}.${clusterDomain}`,
      aliases: spec?.hostAliases ?? [],
    },
    spec?.hostNetwork ?? false,
  )
  return {
    metadata: {name: container.name, attempt: restartCount},
    image: {image: image.ref, userSpecifiedImage: container.image},
    command: (container.command ?? []).map((word) => expand(word, env)),
    args: (container.args ?? []).map((word) => expand(word, env)),
    workingDir: container.workingDir ?? '',
    envs: [...env].map(([key, value]) => ({key, value})),
    mounts: [
      ...mounts,
      ...(ownHosts ? [] : [hosts]),
      terminationMount(container, paths.terminationLog(container.name, restartCount)),
    ].map((mount) => ({...mount, ...mappingsOf(context)})),
    labels: {
      [labels.podName]: metadata.name,
      [labels.podNamespace]: metadata.namespace ?? '',
      [labels.podUid]: metadata.uid,
      [labels.containerName]: container.name,
    },
    annotations: {
      [annotations.hash]: containerHash(container),
      [annotations.restartCount]: String(restartCount),
      [annotations.grace]: String(pod.spec?.terminationGracePeriodSeconds ?? 30),
    },
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: {
      resources: containerResources(pod, container as PodContainer, kubelet.machine.memoryBytes),
      securityContext: withProfileFiles(
        securityContext(pod, container, targetOf(context, container), context.users),
        dirname(kubelet.options.podsFolder),
      ),
    },
  }
}

const sleepSeconds = (kubelet: Kubelet, seconds: number): Promise<void> =>
  kubelet.options.clock.sleep(seconds * 1000, kubelet.options.signal)

const HOOK_TIMEOUT_MS = 24 * 3600 * 1000

/** Rejects with what the hook said. */
export const runHook = async (
  kubelet: Kubelet,
  hook: DeepReadonly<LifecycleHandler>,
  container: PodContainer,
  containerId: string,
  podIp: string,
  timeoutMs = HOOK_TIMEOUT_MS,
): Promise<void> => {
  const target = {cri: kubelet.cri, container, containerId, podIp, timeoutMs}
  if (hook.sleep) return sleepSeconds(kubelet, hook.sleep.seconds)
  const outcome = hook.exec
    ? await checkExec(hook.exec.command ?? [], target)
    : hook.httpGet
      ? await checkHttp(hook.httpGet, target, 'kube-lifecycle/1.36')
      : hook.tcpSocket
        ? await checkTcp(hook.tcpSocket.host || podIp, Number(hook.tcpSocket.port), timeoutMs)
        : {ok: true, message: ''}
  if (!outcome.ok) throw new Error(outcome.message || 'the hook failed')
}

const postStart = async (
  {kubelet, pod, podIps}: StartContext,
  container: PodContainer,
  containerId: string,
): Promise<void> => {
  const hook = container.lifecycle?.postStart
  if (!hook) return
  try {
    await runHook(kubelet, hook, container, containerId, podIps[0] ?? '')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    containerEvent(kubelet, pod, container.name, 'Warning', 'FailedPostStartHook', 'PostStartHook failed')
    containerEvent(kubelet, pod, container.name, 'Normal', 'Killing', 'FailedPostStartHook')
    await kubelet.cri.RuntimeService.StopContainer({
      containerId,
      timeout: pod.spec?.terminationGracePeriodSeconds ?? 30,
    })
    throw new ConfigError(message, 'PostStartHookError')
  }
}

const metricTypes = {
  main: 'container',
  init: 'init_container',
  sidecar: 'init_container',
  ephemeral: 'ephemeral_container',
} as const

/** Settles when the container runs; rejects with ConfigError when it cannot. */
export const startContainer = async (context: StartContext, step: StartStep): Promise<void> => {
  const {kubelet, pod, sandboxConfig, sandboxId} = context
  const {name} = step.container
  const {signal} = kubelet.options
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    containerEvent(kubelet, pod, name, type, reason, message)
  const tellReason = (error: unknown): never => {
    if (error instanceof ConfigError) tell('Warning', 'Failed', `Error: ${error.reason}`)
    throw error
  }
  const image = await kubelet.images.ensure(pod, step.container, tell, signal).catch(tellReason)
  const request = {pod, container: step.container, volumes: context.volumes, tell, signal}
  const imageRefs = await pullImageVolumes(kubelet.images, request).catch(tellReason)
  const config = await containerConfig(context, step, image, imageRefs).catch((error) => {
    tell('Warning', 'Failed', `Error: ${error instanceof Error ? error.message : error}`)
    throw error
  })
  const {RuntimeService} = kubelet.cri
  const create = RuntimeService.CreateContainer({podSandboxId: sandboxId, config, sandboxConfig})
  const {containerId} = await create.catch((error) => {
    tell('Warning', 'Failed', `Error: ${error.message}`)
    throw new ConfigError(error.message, 'CreateContainerError')
  })
  tell('Normal', 'Created', 'Container created')
  await RuntimeService.StartContainer({containerId}).catch((error) => {
    tell('Warning', 'Failed', `Error: ${error.message}`)
    throw new ConfigError(error.message, 'RunContainerError')
  })
  tell('Normal', 'Started', 'Container started')
  kubelet.metrics.count('kubelet_started_containers_total', {container_type: metricTypes[step.kind]})
  await postStart(context, step.container as PodContainer, containerId)
}
