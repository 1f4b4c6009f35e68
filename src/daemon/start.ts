// The composition root: build, start in order, stop in reverse.
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {nodes as nodeResource} from '../api/resources.ts'
import type {Node} from '../api/schema/types.gen.ts'
import {openPki} from '../apiserver/pki/pki.ts'
import {createApiServer} from '../apiserver/server.ts'
import {createClient} from '../client/client.ts'
import type {Profile} from '../client/profile.ts'
import {systemClock} from '../lib/clock.ts'
import {hasCode} from '../lib/node-error.ts'
import {systemRandom} from '../lib/random.ts'
import {UsageError} from '../lib/usage-error.ts'
import {claimRange} from '../proxy/claim-range.ts'
import type {Cached} from '../reconcile/contract.ts'
import {createInformers} from '../reconcile/informers.ts'
import {openStore} from '../store/sqlite/open.ts'
import {firstAddress} from './address-in-range.ts'
import {nodeChanges} from './change-nodes.ts'
import {administrator, type DaemonContext} from './component.ts'
import {portRange, readConfig, saveConfig, settle, withChanges} from './config.ts'
import {containerdPrograms} from './containerd/programs.ts'
import {controlRoute} from './control.ts'
import {controlActions} from './control-actions.ts'
import {mergeKubeconfig, writeKubeconfig} from './kubeconfig.ts'
import {lacksOf, runtimeTitle, thisMachine} from './lacks.ts'
import {takeLock} from './lock.ts'
import {openLog} from './log-file.ts'
import {nodeConnections} from './node-connections.ts'
import {NodePlaces} from './node-places.ts'
import {nodesReady} from './nodes-ready.ts'
import {replaceFile} from './replace-file.ts'
import {runComponents} from './running.ts'
import {runtimePlaces} from './runtime-places.ts'
import {restoreNamed} from './snapshots.ts'
import type {DaemonStatus} from './status.ts'
import {kubernetesVersion} from './version.ts'

export interface StartOptions {
  readonly profile: Profile
  readonly changes: Readonly<Record<string, unknown>>
  readonly wait: boolean
  readonly restore?: string | undefined
  /** The user's kubeconfig; absent: it is left alone. */
  readonly kubeconfig?: string | undefined
  readonly onStep: (step: string) => void
  /** Where programs are looked for. */
  readonly path: string
}

export interface Daemon {
  readonly warnings: readonly string[]
  stop(): void
  /** Settles when everything has ended, the files included. */
  readonly stopped: Promise<void>
}

/** Undefined when another daemon of the profile is running. */
export const startDaemon = async (options: StartOptions): Promise<Daemon | undefined> => {
  const {profile, onStep} = options
  const lock = takeLock(profile.lockFile)
  if (!lock) return undefined
  replaceFile(profile.pidFile, `${process.pid}\n`)
  let wanted = withChanges(readConfig(profile.config), options.changes)
  if (wanted.runtime === 'containerd' && !wanted.containerRuntimeEndpoint) containerdPrograms()
  saveConfig(profile.config, wanted)
  let config = settle(wanted, profile.folder)
  const logger = openLog(profile.daemonLog)
  const clock = systemClock
  const random = systemRandom
  const startedAt = clock.now()
  const warnings: string[] = []
  const stopping = new AbortController()
  const stopped = Promise.withResolvers<void>()

  // 1. The store, and what was saved of it.
  if (options.restore) restoreNamed(profile, options.restore)
  const store = await openStore({
    file: profile.database,
    clock,
    logger,
    durable: !config.ephemeral,
    shortHistory: ['coordination.k8s.io/leases', 'core/events', 'events.k8s.io/events'].map((resource) => ({
      prefix: `/registry/${resource}/`,
    })),
  })
  onStep('store open')

  // 2. The API server on its sockets.
  const pki = await openPki({
    folder: profile.pki,
    serverNames: [...config.serviceCidrs.map(firstAddress), config.listenAddress],
  })
  onStep('certificates ready')
  const connections = nodeConnections()
  const port = await portFor(profile, config.apiserverPort)
  const server = createApiServer({
    store,
    pki,
    clock,
    random,
    logger,
    auditFile: profile.auditLog,
    serviceCidrs: config.serviceCidrs,
    nodePorts: portRange(config.serviceNodePortRange),
    nodeConnector: connections.connector,
  })
  rmSync(profile.socket, {force: true})
  const tls = await server.listenTls({host: config.listenAddress, port}).catch((error) => {
    throw listenError(error, config.listenAddress, port)
  })
  // The cluster's own service points at the port, which is only known now.
  await server.bootstrap()
  await server.listenUnix(profile.socket)
  const host = config.listenAddress.includes(':') ? `[${config.listenAddress}]` : config.listenAddress
  const endpoint = `https://${host}:${tls.port}`
  writeFileSync(`${profile.folder}/apiserver.port`, `${tls.port}\n`)
  const access = {
    name: profile.name,
    server: endpoint,
    caCertificate: pki.caCertificate,
    certificate: pki.admin.certificate,
    key: pki.admin.key,
  }
  writeKubeconfig(profile.kubeconfig, access)
  if (options.kubeconfig && !mergeKubeconfig(options.kubeconfig, access))
    warnings.push(
      `${options.kubeconfig} could not be changed; use --kubeconfig ${profile.kubeconfig} with other clients`,
    )
  onStep('API server listening')

  // 3. The addresses of services, local to this machine. Nobody is there to answer for simulated pods.
  const addresses = new AsyncDisposableStack()
  if (config.runtime !== 'simulated')
    for (const range of [...config.serviceCidrs, ...config.balancerCidrs])
      addresses.use(await claimRange(range, logger))

  // 4. Everything that works through the API.
  const clientOf: DaemonContext['clientOf'] = (user, userAgent) => createClient(server.transport({user, userAgent}))
  const informers = createInformers({client: clientOf(administrator, 'minid'), clock, logger, signal: stopping.signal})
  const context: DaemonContext = {
    profile,
    config,
    places: new NodePlaces(runtimePlaces(profile, config)),
    clock,
    random,
    logger,
    server,
    pki,
    clientOf,
    informers,
    nodes: connections,
    endpoints: new Map([
      ['socket', profile.socket],
      ['server', endpoint],
    ]),
    lacks: new Map(),
    path: options.path,
  }
  const components = runComponents(context)
  onStep('components running')

  const allNodes = (): readonly Cached<Node>[] => informers.informer(nodeResource).cache.list()
  const machine = thisMachine(options.path)
  const lacks = lacksOf(config, machine)
  const status = async (): Promise<DaemonStatus> => ({
    profile: profile.name,
    version: kubernetesVersion,
    pid: process.pid,
    startedAt: new Date(startedAt).toISOString(),
    uptimeSeconds: Math.floor((clock.now() - startedAt) / 1000),
    paused: components.paused,
    memoryBytes: process.memoryUsage.rss(),
    endpoints: Object.fromEntries(context.endpoints),
    config,
    revision: store.currentRevision(),
    components: components.status(),
    nodes: nodesReady(allNodes()),
    runtime: runtimeTitle(config, machine),
    lacks: [...lacks, ...context.lacks.values()],
  })

  const saveNumbers = (nodeNumbers: readonly number[]): void => {
    wanted = {...wanted, nodes: nodeNumbers.length, nodeNumbers}
    saveConfig(profile.config, wanted)
  }
  const change = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    wanted = withChanges(wanted, changes)
    saveConfig(profile.config, wanted)
    config = {...config, addons: wanted.addons}
    await components.change(config)
  }
  let ending = false
  const end = async (): Promise<void> => {
    logger.info('stopping')
    await components.stop()
    stopping.abort(new Error('the daemon stops'))
    await informers.stopped()
    await addresses[Symbol.asyncDispose]()
    await server.close()
    await store[Symbol.asyncDispose]()
    for (const file of [profile.socket, profile.pidFile]) rmSync(file, {force: true})
    if (config.ephemeral) rmSync(profile.folder, {recursive: true, force: true})
    lock[Symbol.dispose]()
    logger.info('stopped')
  }
  const stop = (): void => {
    if (ending) return
    ending = true
    end().then(stopped.resolve, stopped.reject)
  }
  server.addRoute(
    controlRoute(
      controlActions({profile, store, change, components, status, stop, nodes: nodeChanges(context, saveNumbers)}),
    ),
  )

  if (options.wait) await untilReady(context, config.nodes)
  onStep('nodes Ready')
  return {warnings, stop, stopped: stopped.promise}
}

/** Every node that was asked for is there and Ready. */
const untilReady = ({informers}: DaemonContext, wanted: number): Promise<void> =>
  new Promise((resolve) => {
    const informer = informers.informer(nodeResource)
    const look = (): void => {
      if (nodesReady(informer.cache.list()).ready < wanted) return
      leave()
      resolve()
    }
    let leave = (): void => undefined
    leave = informer.onChange(look)
    look()
  })

const listenError = (error: unknown, host: string, port: number): unknown => {
  if (hasCode(error, 'EADDRINUSE'))
    return new UsageError(`port ${port} on ${host} is in use: choose another with --apiserver-port`, {cause: error})
  if (hasCode(error, 'EADDRNOTAVAIL'))
    return new UsageError(`${host} is not an address of this machine: see --listen-address`, {cause: error})
  return error
}

/** The port asked for; else the one of the last start, so that kubeconfig files go on working; else any. */
const portFor = async (profile: Profile, wanted: number): Promise<number> => {
  if (wanted !== 0) return wanted
  const file = `${profile.folder}/apiserver.port`
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (!Number.isInteger(last) || last <= 0) return 0
  const {createServer} = await import('node:net')
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => (hasCode(error, 'EADDRINUSE', 'EACCES') ? resolve(0) : reject(error)))
    probe.listen(last, '127.0.0.1', () => probe.close(() => resolve(last)))
  })
}
