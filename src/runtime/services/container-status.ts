// How a container is described to the kubelet.
import {ContainerState} from '../../lib/cri/enums.ts'
import type {Message} from '../../lib/cri/messages.ts'
import type {ContainerRecord} from '../records.ts'
import type {Runtime} from '../runtime.ts'

const states = {
  created: ContainerState.CREATED,
  running: ContainerState.RUNNING,
  exited: ContainerState.EXITED,
} as const

export const stateOf = ({state}: ContainerRecord): number => states[state]

const imageRefOf = (runtime: Runtime, {imageId}: ContainerRecord): string =>
  runtime.images.find(imageId)?.repoDigests[0] ?? imageId

export const containerStatus = (runtime: Runtime, record: ContainerRecord): Message<'ContainerStatus'> => ({
  id: record.id,
  metadata: record.config.metadata,
  state: stateOf(record),
  createdAt: record.createdAt,
  startedAt: record.startedAt,
  finishedAt: record.finishedAt,
  exitCode: record.exitCode,
  image: record.config.image,
  imageRef: imageRefOf(runtime, record),
  imageId: record.imageId,
  reason: record.reason,
  message: record.message,
  labels: record.config.labels,
  annotations: record.config.annotations,
  mounts: record.config.mounts,
  logPath: record.logPath,
  resources: {linux: record.resources ?? record.config.linux?.resources},
  user: {linux: runtime.live.get(record.id)?.spec.process.user && userOf(runtime, record)},
})

const userOf = (runtime: Runtime, {id}: ContainerRecord): Message<'LinuxContainerUser'> | undefined => {
  const user = runtime.live.get(id)?.spec.process.user
  return user && {uid: user.uid, gid: user.gid, supplementalGroups: user.groups}
}

export const listedContainer = (runtime: Runtime, record: ContainerRecord): Message<'Container'> => ({
  id: record.id,
  podSandboxId: record.sandboxId,
  metadata: record.config.metadata,
  image: record.config.image,
  imageRef: imageRefOf(runtime, record),
  imageId: record.imageId,
  state: stateOf(record),
  createdAt: record.createdAt,
  labels: record.config.labels,
  annotations: record.config.annotations,
})
