// Pod sandboxes: a pod's namespaces, address and files.
import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {NamespaceMode, PodSandboxState} from '../../lib/cri/enums.ts'
import type {Message, Received} from '../../lib/cri/messages.ts'
import type {RuntimeHandlers} from '../../lib/cri/service.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {newId} from '../ids.ts'
import {killPid} from '../kill-pid.ts'
import type {PodAddress} from '../network/addresses.ts'
import {addressesIn} from '../network/cni.ts'
import {createNamespaces, type NamespaceKind, namespaceFile, removeNamespaces} from '../network/namespaces.ts'
import {spareKinds, vethName} from '../network/spare.ts'
import {holdPidNamespace} from '../pid-holder.ts'
import {addressesOf, type SandboxRecord} from '../records.ts'
import type {Runtime} from '../runtime.ts'
import {machineAddress, type Tier} from '../tier.ts'
import {nowNanos} from '../time.ts'
import {removeContainer, stopContainer} from './container-life.ts'
import {matchesLabels} from './filters.ts'

type Config = Received<'PodSandboxConfig'>

const namespaceKinds = (config: Config, {name: tier}: Tier): NamespaceKind[] => {
  if (tier === 'plain') return []
  const options = config.linux?.securityContext?.namespaceOptions
  const hostNetwork = options?.network === NamespaceMode.NODE
  return [
    ...(hostNetwork || tier !== 'root' ? [] : (['net'] as const)),
    ...(hostNetwork ? [] : (['uts'] as const)),
    ...(options?.ipc === NamespaceMode.NODE ? [] : (['ipc'] as const)),
  ]
}

const resolvConf = (config: Config): string => {
  const {servers = [], searches = [], options = []} = config.dnsConfig ?? {}
  if (!config.dnsConfig) return existsSync('/etc/resolv.conf') ? readFileSync('/etc/resolv.conf', 'utf8') : ''
  return [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n')
}

const writeFiles = (folder: string, config: Config, ips: readonly string[]): void => {
  writeFileSync(join(folder, 'resolv.conf'), resolvConf(config), {mode: 0o644})
  if (config.hostname) writeFileSync(join(folder, 'hostname'), `${config.hostname}\n`, {mode: 0o644})
  if (ips.length === 0) return
  const lines = ['127.0.0.1\tlocalhost', '::1\tlocalhost', ...ips.map((ip) => `${ip}\t${config.hostname}`)]
  writeFileSync(join(folder, 'hosts'), lines.map((line) => `${line}\n`).join(''), {mode: 0o644})
}

/** Made now, for what a spare one does not offer. */
const makeNamespaces = async (runtime: Runtime, record: SandboxRecord, taken: readonly PodAddress[]): Promise<void> => {
  const {addresses, bridge, hash} = runtime
  const {config, folder, id, namespaces} = record
  if (taken.length > 0) await bridge.ensure(addresses)
  const network = taken.length > 0 ? {addresses: taken, bridge: bridge.name, veth: vethName(hash, id)} : undefined
  const sysctls = config.linux?.sysctls ?? {}
  await createNamespaces({folder, kinds: namespaces, hostname: config.hostname, sysctls, network})
}

const isOrdinary = (kinds: readonly NamespaceKind[], config: Config): boolean =>
  kinds.length === spareKinds.length && Object.keys(config.linux?.sysctls ?? {}).length === 0

const create = async (runtime: Runtime, config: Config, handler: string): Promise<SandboxRecord> => {
  const kinds = namespaceKinds(config, runtime.tier)
  const byPlugins = runtime.cni !== undefined && kinds.includes('net')
  const spare = !byPlugins && isOrdinary(kinds, config) ? runtime.spares.take() : undefined
  const id = spare?.id ?? newId()
  const folder = spare?.folder ?? join(runtime.options.root, 'sandboxes', id)
  const taken = !spare && !byPlugins && kinds.includes('net') ? runtime.addresses.take() : []
  const ips = spare?.ips ?? taken.map(({ip: address}) => address)
  const [ip = '', ...moreIps] = ips
  const wantsNetwork = config.linux?.securityContext?.namespaceOptions?.network !== NamespaceMode.NODE
  const record: SandboxRecord = {
    id,
    config,
    handler,
    createdAt: nowNanos(),
    namespaces: kinds,
    ip,
    moreIps,
    ...(wantsNetwork && !ip && !byPlugins ? {sharedIp: machineAddress()} : {}),
    folder,
    ready: true,
  }
  try {
    mkdirSync(join(folder, 'shm'), {recursive: true})
    chmodSync(join(folder, 'shm'), 0o1777)
    const parent = config.linux?.cgroupParent
    if (parent) runtime.cgroups.create(parent, config.linux?.resources ?? {})
    if (!spare) await makeNamespaces(runtime, record, taken)
    if (byPlugins) await addByPlugins(runtime, record)
    writeFiles(folder, config, addressesOf(record))
    if (record.ip && !(byPlugins && runtime.cni?.mapsPorts))
      await runtime.hostPorts.open(id, config.portMappings, record.ip)
    if (config.linux?.securityContext?.namespaceOptions?.pid === NamespaceMode.POD)
      record.holderPid = await holdPidNamespace()
    runtime.saveSandbox(record)
  } catch (error) {
    await dismantle(runtime, record)
    throw error
  }
  runtime.sandboxes.set(id, record)
  return record
}

const cniPodOf = ({config, folder, id}: SandboxRecord) => ({id, config, netns: namespaceFile(folder, 'net')})

const addByPlugins = async (runtime: Runtime, record: SandboxRecord): Promise<void> => {
  record.cniResult = await runtime.cni?.add(cniPodOf(record))
  const [ip = '', ...moreIps] = addressesIn(record.cniResult ?? {})
  Object.assign(record, {ip, moreIps})
}

const killHolder = (record: SandboxRecord): void => {
  killPid(record.holderPid ?? 0)
  record.holderPid = undefined
}

/** Gives back what the kernel holds; the record stays until it is removed. */
const teardown = async (runtime: Runtime, record: SandboxRecord): Promise<void> => {
  runtime.hostPorts.close(record.id)
  killHolder(record)
  if (record.cniResult) await runtime.cni?.remove(cniPodOf(record), record.cniResult)
  await removeNamespaces(record.folder, record.namespaces)
  if (!record.cniResult) runtime.addresses.release(addressesOf(record))
}

const dismantle = async (runtime: Runtime, record: SandboxRecord): Promise<void> => {
  await teardown(runtime, record)
  rmSync(record.folder, {recursive: true, force: true})
}

const containersOf = (runtime: Runtime, id: string) =>
  [...runtime.containers.values()].filter(({sandboxId}) => sandboxId === id)

const stop = async (runtime: Runtime, record: SandboxRecord): Promise<void> => {
  await Promise.all(containersOf(runtime, record.id).map((container) => stopContainer(runtime, container, 0)))
  if (!record.ready && !record.isLost) return
  Object.assign(record, {ready: false, isLost: false})
  runtime.saveSandbox(record)
  await teardown(runtime, record)
}

export const stateOf = ({ready}: SandboxRecord): number => (ready ? PodSandboxState.READY : PodSandboxState.NOTREADY)

export const sandboxStatus = (record: SandboxRecord): Message<'PodSandboxStatus'> => ({
  id: record.id,
  metadata: record.config.metadata,
  state: stateOf(record),
  createdAt: record.createdAt,
  network: record.ready
    ? {ip: record.sharedIp ?? record.ip, additionalIps: (record.moreIps ?? []).map((ip) => ({ip}))}
    : {ip: ''},
  linux: {namespaces: {options: record.config.linux?.securityContext?.namespaceOptions}},
  labels: record.config.labels,
  annotations: record.config.annotations,
  runtimeHandler: record.handler,
})

const listed = (record: SandboxRecord): Message<'PodSandbox'> => ({
  id: record.id,
  metadata: record.config.metadata,
  state: stateOf(record),
  createdAt: record.createdAt,
  labels: record.config.labels,
  annotations: record.config.annotations,
  runtimeHandler: record.handler,
})

const remove = async (runtime: Runtime, record: SandboxRecord): Promise<void> => {
  await stop(runtime, record)
  for (const container of containersOf(runtime, record.id)) await removeContainer(runtime, container)
  rmSync(record.folder, {recursive: true, force: true})
  runtime.sandboxes.delete(record.id)
  const parent = record.config.linux?.cgroupParent
  const shared = [...runtime.sandboxes.values()].some((other) => other.config.linux?.cgroupParent === parent)
  if (parent && !shared) runtime.cgroups.remove(parent)
}

export const sandboxHandlers = (runtime: Runtime): RuntimeHandlers => ({
  RunPodSandbox: async ({config, runtimeHandler}) => {
    if (!config) throw new GrpcError(grpcCodes.invalidArgument, 'config is required')
    runtime.launchers.checkHandler(runtimeHandler)
    return {podSandboxId: (await create(runtime, config, runtimeHandler)).id}
  },
  StopPodSandbox: async ({podSandboxId}) => {
    const record = runtime.sandbox(podSandboxId)
    if (record) await stop(runtime, record)
    return {}
  },
  RemovePodSandbox: async ({podSandboxId}) => {
    const record = runtime.sandbox(podSandboxId)
    if (record) await remove(runtime, record)
    return {}
  },
  UpdatePodSandboxResources: async ({podSandboxId, resources}) => {
    const parent = runtime.needSandbox(podSandboxId).config.linux?.cgroupParent
    if (parent && resources) runtime.cgroups.update(parent, resources)
    return {}
  },
  PodSandboxStatus: async ({podSandboxId}) => ({status: sandboxStatus(runtime.needSandbox(podSandboxId))}),
  ListPodSandbox: async ({filter}) => ({
    items: [...runtime.sandboxes.values()]
      .filter((record) => !filter?.id || record.id.startsWith(filter.id))
      .filter((record) => !filter?.state || filter.state.state === stateOf(record))
      .filter((record) => matchesLabels(record.config.labels, filter?.labelSelector))
      .map(listed),
  }),
})
