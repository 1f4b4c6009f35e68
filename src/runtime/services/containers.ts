// Containers as CRI has them.
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {ContainerEventType} from '../../lib/cri/enums.ts'
import type {Received} from '../../lib/cri/messages.ts'
import type {RuntimeHandlers} from '../../lib/cri/service.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {deviceRule} from '../device-numbers.ts'
import {execSync} from '../exec.ts'
import {refusalOf} from '../exec-refusal.ts'
import {newId} from '../ids.ts'
import {mountedImages} from '../image-mounts.ts'
import type {ContainerRecord} from '../records.ts'
import type {Runtime} from '../runtime.ts'
import {nowNanos} from '../time.ts'
import {announce, removeContainer, startContainer, stopContainer} from './container-life.ts'
import {containerStatus, listedContainer, stateOf} from './container-status.ts'
import {matchesLabels} from './filters.ts'

const create = (
  runtime: Runtime,
  {podSandboxId, config, sandboxConfig}: Received<'CreateContainerRequest'>,
): ContainerRecord => {
  const sandbox = runtime.needSandbox(podSandboxId)
  if (!config) throw new GrpcError(grpcCodes.invalidArgument, 'config is required')
  const image = runtime.images.find(config.image?.image ?? '')
  if (!image) throw new GrpcError(grpcCodes.notFound, `image "${config.image?.image}" not found`)
  const mounted = mountedImages(config.mounts, (name) => runtime.images.find(name))
  const id = newId()
  const folder = join(runtime.options.root, 'containers', id)
  mkdirSync(folder, {recursive: true, mode: 0o700})
  const logFolder = sandboxConfig?.logDirectory || sandbox.config.logDirectory
  const record: ContainerRecord = {
    id,
    sandboxId: sandbox.id,
    config,
    imageId: image.id,
    createdAt: nowNanos(),
    folder,
    logPath: config.logPath && logFolder ? join(logFolder, config.logPath) : '',
    cgroupPath: join(sandbox.config.linux?.cgroupParent || '/pods', id),
    state: 'created',
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    pid: 0,
  }
  runtime.cgroups.create(record.cgroupPath, config.linux?.resources ?? {})
  if (!config.linux?.securityContext?.privileged)
    runtime.cgroups.restrictDevices(record.cgroupPath, config.devices.map(deviceRule))
  runtime.images.hold(id, image, mounted)
  runtime.saveContainer(record)
  runtime.containers.set(id, record)
  return record
}

export const containerHandlers = (runtime: Runtime): RuntimeHandlers => ({
  CreateContainer: async (request) => {
    const record = create(runtime, request)
    announce(runtime, record, ContainerEventType.CREATED)
    return {containerId: record.id}
  },
  StartContainer: async ({containerId}) => {
    await startContainer(runtime, runtime.needContainer(containerId))
    return {}
  },
  StopContainer: async ({containerId, timeout}) => {
    const record = runtime.container(containerId)
    if (record) await stopContainer(runtime, record, timeout * 1000)
    return {}
  },
  RemoveContainer: async ({containerId}) => {
    const record = runtime.container(containerId)
    if (record) await removeContainer(runtime, record)
    return {}
  },
  ListContainers: async ({filter}) => ({
    containers: [...runtime.containers.values()]
      .filter((record) => !filter?.id || record.id.startsWith(filter.id))
      .filter((record) => !filter?.podSandboxId || record.sandboxId.startsWith(filter.podSandboxId))
      .filter((record) => !filter?.state || filter.state.state === stateOf(record))
      .filter((record) => matchesLabels(record.config.labels, filter?.labelSelector))
      .map((record) => listedContainer(runtime, record)),
  }),
  ContainerStatus: async ({containerId}) => ({status: containerStatus(runtime, runtime.needContainer(containerId))}),
  UpdateContainerResources: async ({containerId, linux}) => {
    const record = runtime.needContainer(containerId)
    if (!linux) return {}
    runtime.cgroups.update(record.cgroupPath, linux)
    record.resources = linux
    runtime.saveContainer(record)
    return {}
  },
  ReopenContainerLog: async ({containerId}) => {
    runtime.needLive(containerId).log.reopen()
    return {}
  },
  ExecSync: async ({containerId, cmd, timeout}) => {
    const output = await execSync(runtime.needLive(containerId), cmd, timeout * 1000)
    if (output.timedOut)
      throw new GrpcError(
        grpcCodes.deadlineExceeded,
        `command ${JSON.stringify(cmd)} timed out: timeout ${timeout}s exceeded`,
      )
    const refusal = refusalOf(cmd, output.exitCode, output.stderr.toString())
    if (refusal) throw new GrpcError(grpcCodes.unknown, refusal)
    return {stdout: output.stdout, stderr: output.stderr, exitCode: output.exitCode}
  },
  GetContainerEvents: (_, {signal}) => runtime.events.subscribe(signal),
})
