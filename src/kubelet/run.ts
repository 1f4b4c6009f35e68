// The kubelet: runs the pods that are bound to its node, through CRI and the API and nothing else.
import {mkdirSync} from 'node:fs'
import {nodes} from '../api/resources.ts'
import type {CriClient} from '../lib/cri/client.ts'
import {createCriClient} from '../lib/cri/client.ts'
import {grpcCodes, isGrpcCode} from '../lib/grpc/status.ts'
import {createEventRecorder} from '../reconcile/events/recorder.ts'
import {nodeScene, ownNodeSeen} from './admit/scene.ts'
import {KubeletApi} from './api/handler.ts'
import {defaultKubeletConfig, durationMs} from './config.ts'
import {every} from './every.ts'
import {nodeEvictor} from './eviction/watch.ts'
import {ImageCollector} from './images/collector.ts'
import {ImagePuller} from './images/puller.ts'
import {configSource, containerEvent, type Kubelet, serviceList} from './kubelet.ts'
import {rotateLogs} from './logs/rotation.ts'
import {Metrics} from './metrics.ts'
import {Heartbeat} from './node/heartbeat.ts'
import {readMachine} from './node/machine.ts'
import {reservedBy} from './node/reserved.ts'
import {runtimeInfo} from './node/runtime-info.ts'
import type {KubeletOptions} from './options.ts'
import {Observer} from './pods/observe.ts'
import {PodWorkers} from './pods/workers.ts'
import {Prober} from './probes/prober.ts'
import {Allocations} from './resize/allocations.ts'
import {tellsPods} from './shutdown/plan.ts'
import {shutDownPods} from './shutdown/shutdown.ts'
import {StatusWriter} from './status/writer.ts'
import {Volumes} from './volumes/volumes.ts'

const CONNECT_RETRY_MS = 20

/** The runtime may still be starting. */
const runtimeVersion = async (cri: CriClient, {clock, signal}: KubeletOptions) => {
  for (;;)
    try {
      return await cri.RuntimeService.Version({version: 'v1'}, {signal})
    } catch (error) {
      signal.throwIfAborted()
      if (!isGrpcCode(error, grpcCodes.unavailable)) throw error
      await clock.sleep(CONNECT_RETRY_MS, signal)
    }
}

/** Only mini-cri says it. */
const runtimeLacks = async (cri: CriClient, {signal}: KubeletOptions): Promise<readonly string[]> => {
  const {info} = await cri.RuntimeService.Status({verbose: true}, {signal})
  return (info.lacks ?? '').split(' ').filter(Boolean)
}

/** Pods get addresses from the range that the cluster gave to this node. */
const followPodCidr = (kubelet: Kubelet): (() => void) => {
  const {informers, logger, nodeName} = kubelet.options
  let told = ''
  return informers.informer(nodes).onChange(({object, type}) => {
    const podCidr = object.spec?.podCIDRs?.join(',') ?? object.spec?.podCIDR
    if (type === 'deleted' || object.metadata.name !== nodeName || !podCidr || podCidr === told) return
    told = podCidr
    kubelet.cri.RuntimeService.UpdateRuntimeConfig({runtimeConfig: {networkConfig: {podCidr}}}).catch((error) =>
      logger.warn('the runtime was not told the pod network', {error}),
    )
  })
}

/** Settles after the signal was aborted and everything in flight has ended. Containers go on running unless asked. */
export const runKubelet = async (given: KubeletOptions): Promise<void> => {
  const down = new AbortController()
  const options: KubeletOptions = {...given, signal: down.signal}
  let shutDown = async (): Promise<void> => undefined
  const goDown = async (): Promise<void> => {
    isGoingDown = true
    if (given.endsPods?.()) await shutDown().catch((error) => given.logger.warn('pods not ended', {error}))
    down.abort(given.signal.reason)
  }
  let isGoingDown = false
  if (given.signal.aborted) down.abort(given.signal.reason)
  else given.signal.addEventListener('abort', () => void goDown(), {once: true})
  const {client, clock, logger, nodeName, podsFolder, signal} = options
  const config = options.config ?? defaultKubeletConfig
  mkdirSync(podsFolder, {recursive: true, mode: 0o755})
  using cri = createCriClient(options.criSocket)
  const {runtimeName, runtimeVersion: version} = await runtimeVersion(cri, options)
  const {handlers} = await runtimeInfo(cri)
  const events = createEventRecorder({client, clock, logger, component: 'kubelet', host: nodeName})
  const metrics = new Metrics()
  const prober = new Prober({
    cri,
    clock,
    metrics,
    changed: (uid) => workers.kick(uid),
    failed: (pod, container, _kind, message) =>
      containerEvent(kubelet, pod, container.name, 'Warning', 'Unhealthy', message),
  })
  const kubelet: Kubelet = {
    options,
    config,
    cri,
    runtimeName,
    runtimeLacks: await runtimeLacks(cri, options),
    handlers,
    machine: readMachine(podsFolder, options.maxPods ?? config.maxPods, reservedBy(config)),
    events,
    metrics,
    observer: new Observer(cri),
    status: new StatusWriter({client, clock, logger, signal, apiUid: (pod) => workers.apiUid(pod)}),
    volumes: new Volumes(podsFolder, clock),
    prober,
    images: new ImagePuller({cri, client, clock, runtimeName, dockerConfigFile: options.dockerConfigFile}),
    source: configSource(options),
    services: serviceList(options),
    allocations: new Allocations(podsFolder),
    others: (uid) => workers.others(uid),
    scene: () => nodeScene(kubelet, evictor.pressures, isGoingDown),
  }
  const workers = new PodWorkers(kubelet)
  const images = new ImageCollector(kubelet)
  const evictor = nodeEvictor(kubelet, workers, images, () => heartbeat.hurry())
  const heartbeat = new Heartbeat(
    kubelet,
    `${runtimeName}://${version}`,
    () => evictor.pressures,
    () => isGoingDown && tellsPods(config),
  )
  const leave = followPodCidr(kubelet)
  try {
    options.onReady?.(new KubeletApi(kubelet, workers))
    await heartbeat.register()
    shutDown = async () => {
      if (tellsPods(config)) heartbeat.hurry()
      await shutDownPods(kubelet, workers)
    }
    await ownNodeSeen(options)
    await Promise.all([
      heartbeat.run(),
      workers.run(),
      rotateLogs(kubelet, workers),
      images.run(),
      every(options, durationMs(config.housekeepingInterval), 'eviction', () => evictor.look()),
    ])
  } finally {
    leave()
    await events.close()
  }
}
