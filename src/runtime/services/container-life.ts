// A container's life: start, watch it end, stop, remove.
import {existsSync, rmSync} from 'node:fs'
import {constants} from 'node:os'
import {ContainerEventType, signalNames} from '../../lib/cri/enums.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {ContainerLog} from '../container-log.ts'
import {launchSpecOf} from '../container-spec.ts'
import {killGroup, killPid} from '../kill-pid.ts'
import {type Exit, LaunchError, type Launched} from '../launch/launched.ts'
import type {LaunchSpec} from '../launch/spec.ts'
import type {ContainerRecord, LiveContainer} from '../records.ts'
import type {Runtime} from '../runtime.ts'
import {nowNanos} from '../time.ts'
import {containerStatus} from './container-status.ts'
import {sandboxStatus} from './sandboxes.ts'

/** Children that keep the output open are not waited for longer. */
const OUTPUT_GRACE_MS = 2000

export const announce = (runtime: Runtime, record: ContainerRecord, type: number): void => {
  const sandbox = runtime.sandboxes.get(record.sandboxId)
  runtime.events.publish({
    containerId: record.id,
    containerEventType: type,
    createdAt: nowNanos(),
    podSandboxStatus: sandbox ? sandboxStatus(sandbox) : undefined,
    containersStatuses: [...runtime.containers.values()]
      .filter(({sandboxId}) => sandboxId === record.sandboxId)
      .map((container) => containerStatus(runtime, container)),
  })
}

const pump = (container: LiveContainer): Promise<void> => {
  const {launched, log, watchers} = container
  const streams = [
    ['stdout', launched.stdout],
    ['stderr', launched.stderr],
  ] as const
  const ends = streams.map(
    ([name, stream]) =>
      new Promise<void>((resolve) => {
        if (!stream) return resolve()
        stream.on('data', (chunk: Buffer) => {
          log.write(name, chunk)
          for (const watch of watchers) watch(name, chunk)
        })
        stream.on('error', () => resolve())
        stream.on('close', () => resolve())
      }),
  )
  return Promise.all(ends).then(() => undefined)
}

const reasonOf = (exit: Exit, oom: boolean): string => (oom ? 'OOMKilled' : exit.code === 0 ? 'Completed' : 'Error')

const recordExit = (runtime: Runtime, container: LiveContainer, exit: Exit): void => {
  const {record} = container
  const oom = runtime.cgroups.oomKills(record.cgroupPath) > container.oomKillsBefore && exit.code !== 0
  Object.assign(record, {
    state: 'exited',
    pid: 0,
    finishedAt: nowNanos(),
    exitCode: exit.code,
    reason: reasonOf(exit, oom),
  })
  runtime.live.delete(record.id)
  if (existsSync(record.folder)) runtime.saveContainer(record)
  announce(runtime, record, ContainerEventType.STOPPED)
}

const follow = async (
  runtime: Runtime,
  container: Omit<LiveContainer, 'ended'>,
  hold: {live?: LiveContainer},
): Promise<void> => {
  const output = pump(container as LiveContainer)
  const exit = await container.launched.exited
  // As the end of pid 1 ends everything in a container.
  if (container.launched.leadsGroup) killGroup(container.launched.pid)
  await Promise.race([output, new Promise((resolve) => setTimeout(resolve, OUTPUT_GRACE_MS).unref())])
  container.log.close()
  if (hold.live) recordExit(runtime, hold.live, exit)
  await container.launched.forget?.()
}

const adopt = (runtime: Runtime, record: ContainerRecord, spec: LaunchSpec, launched: Launched): void => {
  const hold: {live?: LiveContainer} = {}
  const parts = {
    record,
    spec,
    launched,
    log: new ContainerLog(record.logPath),
    watchers: new Set<(stream: 'stdout' | 'stderr', chunk: Buffer) => void>(),
    oomKillsBefore: runtime.cgroups.oomKills(record.cgroupPath),
  }
  launched.stdin?.on('error', () => undefined) // the command may end without reading
  const live: LiveContainer = {...parts, ended: follow(runtime, parts, hold)}
  hold.live = live
  runtime.live.set(record.id, live)
}

const failed = (runtime: Runtime, record: ContainerRecord, error: unknown): GrpcError => {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof LaunchError ? error.exitCode : 128
  const now = nowNanos()
  Object.assign(record, {state: 'exited', startedAt: 0, finishedAt: now, exitCode: code, reason: 'StartError', message})
  runtime.saveContainer(record)
  return new GrpcError(
    grpcCodes.unknown,
    `failed to create containerd task: failed to start container process: ${message}`,
  )
}

const specOf = (runtime: Runtime, record: ContainerRecord): LaunchSpec => {
  const sandbox = runtime.needSandbox(record.sandboxId)
  const image = runtime.images.ofContainer(record)
  if (!image) throw new GrpcError(grpcCodes.notFound, `image ${record.imageId} is gone`)
  const target = record.config.linux?.securityContext?.namespaceOptions?.targetId
  const targetPid = target ? runtime.live.get(target)?.launched.pid : undefined
  return launchSpecOf(record, sandbox, image, {
    cgroups: runtime.cgroups,
    cgroupView: runtime.cgroupView,
    tier: runtime.tier,
    mask: runtime.options.mask,
    find: (name) => runtime.images.find(name),
    targetPid,
  })
}

export const startContainer = async (runtime: Runtime, record: ContainerRecord): Promise<void> => {
  if (record.state !== 'created')
    throw new GrpcError(grpcCodes.failedPrecondition, `container is in CONTAINER_${record.state.toUpperCase()} state`)
  try {
    const spec = specOf(runtime, record)
    const launch = await runtime.launchers.launcherFor(spec, runtime.needSandbox(record.sandboxId).handler)
    const launched = await launch(spec)
    Object.assign(record, {state: 'running', startedAt: nowNanos(), pid: launched.pid})
    runtime.saveContainer(record)
    adopt(runtime, record, spec, launched)
  } catch (error) {
    throw failed(runtime, record, error)
  }
  announce(runtime, record, ContainerEventType.STARTED)
}

export const signalOf = (name: string): NodeJS.Signals => {
  const full = (/^SIG/.test(name) ? name : `SIG${name}`) as NodeJS.Signals
  return constants.signals[full] ? full : 'SIGTERM'
}

const stopSignalOf = (runtime: Runtime, record: ContainerRecord): NodeJS.Signals => {
  const asked = signalNames[record.config.stopSignal]
  if (asked && asked !== 'RUNTIME_DEFAULT') return signalOf(asked)
  return signalOf(runtime.images.ofContainer(record)?.config.stopSignal || 'SIGTERM')
}

const endsWithin = (ended: Promise<void>, ms: number): Promise<boolean> => {
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), ms)
  void ended.then(() => {
    clearTimeout(timer)
    resolve(true)
  })
  return promise
}

/** Asks, waits, insists. Returns when it has ended. */
export const stopContainer = async (runtime: Runtime, record: ContainerRecord, graceMs: number): Promise<void> => {
  const container = runtime.live.get(record.id)
  if (!container) return
  const {pid} = container.launched
  if (graceMs > 0) {
    killPid(pid, stopSignalOf(runtime, record))
    if (await endsWithin(container.ended, graceMs)) return
  }
  killPid(pid)
  if (container.launched.leadsGroup) killGroup(pid)
  for (const other of runtime.cgroups.pids(record.cgroupPath)) killPid(other)
  await container.ended
}

export const removeContainer = async (runtime: Runtime, record: ContainerRecord): Promise<void> => {
  await stopContainer(runtime, record, 0)
  rmSync(record.folder, {recursive: true, force: true, maxRetries: 3})
  runtime.cgroups.remove(record.cgroupPath)
  runtime.containers.delete(record.id)
  await runtime.images.release(record.id)
  runtime.layers.forget(record.id)
  announce(runtime, record, ContainerEventType.DELETED)
}
