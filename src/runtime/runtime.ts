// Everything the services share: records of what there is, and the parts that do the work.
import {spawnSync} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {GrpcError, grpcCodes} from '../lib/grpc/status.ts'
import {Cgroups} from './cgroup/cgroups.ts'
import {ContainerEvents} from './events.ts'
import {profileHash} from './ids.ts'
import type {Images} from './images/images.ts'
import {killGroup, killPid} from './kill-pid.ts'
import type {Launchers} from './launch/choose.ts'
import {LayerUsage} from './layer-usage.ts'
import {readMountPoints} from './mount-info.ts'
import {PodAddresses} from './network/addresses.ts'
import {Bridge} from './network/bridge.ts'
import {Cni} from './network/cni.ts'
import {HostPorts} from './network/host-ports.ts'
import {namespaceFile} from './network/namespaces.ts'
import {SparePods} from './network/spare.ts'
import type {RuntimeOptions} from './options.ts'
import {addressesOf, type ContainerRecord, type LiveContainer, type SandboxRecord} from './records.ts'
import {readState, writeState} from './state-file.ts'
import type {Tier} from './tier.ts'
import {nowNanos} from './time.ts'

export class Runtime {
  readonly options: RuntimeOptions
  readonly hash: string
  readonly cgroups: Cgroups
  readonly tier: Tier
  readonly cgroupView: string
  readonly bridge: Bridge
  readonly spares: SparePods
  readonly hostPorts = new HostPorts()
  readonly cni: Cni | undefined
  readonly events = new ContainerEvents()
  readonly images: Images
  readonly launchers: Launchers
  readonly sandboxes = new Map<string, SandboxRecord>()
  readonly containers = new Map<string, ContainerRecord>()
  readonly live = new Map<string, LiveContainer>()
  readonly layers = new LayerUsage()
  addresses: PodAddresses

  constructor(options: RuntimeOptions, parts: {images: Images; launchers: Launchers; tier: Tier}) {
    this.options = options
    this.hash = profileHash(options.root)
    this.tier = parts.tier
    this.cgroups = new Cgroups(this.hash, this.tier.name === 'root' ? undefined : {version: 0})
    this.cgroupView = this.cgroups.makeView(join(options.root, 'cgroup-view'))
    this.bridge = new Bridge(this.hash)
    this.images = parts.images
    const {cniConfFolder, cniPluginFolders} = options
    this.cni = cniConfFolder ? new Cni({configurations: cniConfFolder, plugins: cniPluginFolders}) : undefined
    this.launchers = parts.launchers
    for (const folder of ['sandboxes', 'containers'])
      mkdirSync(join(options.root, folder), {recursive: true, mode: 0o700})
    const known = readState<{cidr: string}>(this.#networkFile)
    this.addresses = new PodAddresses(known?.cidr ?? options.podCidr)
    if (!known) writeState(this.#networkFile, {cidr: options.podCidr})
    this.#load()
    this.spares = new SparePods({
      root: options.root,
      hash: this.hash,
      bridge: this.bridge,
      addresses: () => this.addresses,
    })
  }

  get #networkFile(): string {
    return join(this.options.root, 'network.json')
  }

  /** Pods that run keep their addresses. */
  setPodCidr(cidr: string): void {
    if (cidr === this.addresses.cidr) return
    writeState(this.#networkFile, {cidr})
    this.addresses = new PodAddresses(cidr)
    for (const record of this.sandboxes.values()) this.addresses.reserve(addressesOf(record))
  }

  /** By id or the beginning of one. */
  sandbox(id: string): SandboxRecord | undefined {
    return this.sandboxes.get(id) ?? onlyPrefixed(this.sandboxes, id)
  }
  needSandbox(id: string): SandboxRecord {
    const found = this.sandbox(id)
    if (!found) throw new GrpcError(grpcCodes.notFound, `an error occurred when try to find sandbox "${id}": not found`)
    return found
  }
  container(id: string): ContainerRecord | undefined {
    return this.containers.get(id) ?? onlyPrefixed(this.containers, id)
  }
  needContainer(id: string): ContainerRecord {
    const found = this.container(id)
    if (!found)
      throw new GrpcError(grpcCodes.notFound, `an error occurred when try to find container "${id}": not found`)
    return found
  }
  needLive(id: string): LiveContainer {
    const {id: full, state} = this.needContainer(id)
    const found = this.live.get(full)
    if (!found)
      throw new GrpcError(grpcCodes.failedPrecondition, `container is in CONTAINER_${state.toUpperCase()} state`)
    return found
  }

  saveSandbox(record: SandboxRecord): void {
    writeState(join(record.folder, 'sandbox.json'), record)
  }
  saveContainer(record: ContainerRecord): void {
    writeState(join(record.folder, 'container.json'), record)
  }

  /** Containers ended with the process that ran them; sandboxes are files and stay. */
  #load(): void {
    killLeftOvers(this.cgroups)
    for (const name of ['containers', 'builds']) unmountRoots(join(this.options.root, name))
    const mounted = mountedPaths()
    for (const record of readRecords<SandboxRecord>(join(this.options.root, 'sandboxes'), 'sandbox.json')) {
      if (record.ready && (record.holderPid || !namespacesAreThere(record, mounted)))
        Object.assign(record, {ready: false, isLost: true, holderPid: undefined})
      this.sandboxes.set(record.id, record)
      if ((record.ready || record.isLost) && !record.cniResult) this.addresses.reserve(addressesOf(record))
      if (record.ip && record.ready)
        this.hostPorts
          .open(record.id, record.config.portMappings ?? [], record.ip)
          .catch((error) => console.error('host ports of a pod are closed', error))
    }
    for (const record of readRecords<ContainerRecord>(join(this.options.root, 'containers'), 'container.json')) {
      this.containers.set(record.id, record)
      if (record.state !== 'running') continue
      if (this.tier.name === 'plain') endGroup(record)
      Object.assign(record, {state: 'exited', finishedAt: nowNanos(), exitCode: 255, reason: 'Unknown', pid: 0})
      this.saveContainer(record)
    }
  }
}

const readRecords = <T>(folder: string, file: string): T[] =>
  readdirSync(folder).flatMap((name) => readState<T>(join(folder, name, file)) ?? [])

const onlyPrefixed = <T>(records: ReadonlyMap<string, T>, prefix: string): T | undefined => {
  if (prefix === '') return undefined
  const found = [...records].filter(([id]) => id.startsWith(prefix))
  return found.length === 1 ? found[0]?.[1] : undefined
}

/** What another launcher started outlives a runtime that was killed. */
const killLeftOvers = (cgroups: Cgroups): void => {
  for (const pid of cgroups.allPids()) killPid(pid)
}

/** Nothing but its number leads to what a plain process left behind: it must still be the same command. */
const endGroup = ({config, pid}: ContainerRecord): void => {
  const {stdout} = spawnSync('ps', ['-p', String(pid), '-o', 'args='], {encoding: 'utf8'})
  if (stdout.startsWith(config.command[0] ?? '\0')) killGroup(pid)
}

/** They are mounts: none outlives a restart of the machine, nor of a runtime that has mounts of its own. */
const namespacesAreThere = ({folder, namespaces}: SandboxRecord, mounted: ReadonlySet<string>): boolean =>
  namespaces.every((kind) => mounted.has(namespaceFile(folder, kind)))

const mountedPaths = (): ReadonlySet<string> =>
  new Set(process.platform === 'linux' ? readMountPoints().map(({path}) => path) : [])

const unmountRoots = (folder: string): void => {
  if (process.platform !== 'linux') return
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
  if (mounts.length > 0) spawnSync('umount', ['-l', ...mounts.reverse()])
}
