// A machine in a namespace with two nodes' bridges, pods on them, somebody outside, and the proxy under test on it.
//
//   outside 203.0.113.2 --- 203.0.113.1 machine 10.244.0.1 (node-1) --- pods 10.244.0.x
//                                               10.244.1.1 (node-2) --- pods 10.244.1.x
import {join} from 'node:path'
import {endpointSlices, namespaces, nodes, pods, serviceAccounts, services} from '../../src/api/resources.ts'
import type {Endpoint, Pod, ServiceSpec} from '../../src/api/schema/types.gen.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import type {ProxyMode, ProxyState} from '../../src/proxy/contract.ts'
import {startInProcess} from '../helpers/in-process.ts'
import {type Host, makeNet} from '../helpers/netns.ts'
import {pathWithNft} from '../helpers/nft.ts'
import {tempFolder} from '../helpers/temp.ts'

export const MACHINE = '203.0.113.1'

export interface PodOptions {
  readonly node?: 1 | 2
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly tcp?: readonly number[]
  readonly udp?: readonly number[]
  /** Names of ports, all TCP. */
  readonly named?: Readonly<Record<string, number>>
  /** Only a host on the bridge, nothing in the API. */
  readonly isUnknown?: boolean
}

export interface WorldPod {
  readonly name: string
  readonly ip: string
  readonly nodeName: string
  readonly host: Host
}

export interface World extends AsyncDisposable {
  readonly client: ApiClient
  readonly machine: Host
  readonly outside: Host
  readonly state: ProxyState
  /** Of the process that the proxy under test is. */
  readonly proxyPid: number
  namespace(name: string, labels?: Readonly<Record<string, string>>): Promise<void>
  pod(name: string, options?: PodOptions): Promise<WorldPod>
  /** A service and its endpoints as a controller would have written them; again with the same name replaces them. */
  service(name: string, spec: Partial<ServiceSpec>, endpoints: readonly Endpoint[], more?: ServiceMore): Promise<void>
  removeService(name: string): Promise<void>
  /** The proxy ends as the daemon lets it. */
  stopProxy(): Promise<void>
  startProxy(): Promise<void>
  killProxy(): Promise<void>
  /** Asks the machine's kernel. */
  nft(args: readonly string[]): Promise<string>
}

export interface ServiceMore {
  readonly labels?: Readonly<Record<string, string>>
  readonly balancerIps?: readonly {readonly ip: string; readonly ipMode?: string}[]
  readonly targetPort?: number
}

export const at = ({ip, nodeName}: WorldPod, more: Partial<Endpoint> = {}): Endpoint => ({
  addresses: [ip],
  nodeName,
  conditions: {ready: true, serving: true, terminating: false},
  ...more,
})

const nodeNames = ['node-1', 'node-2'] as const

const layOut = async (machine: Host, outside: Host): Promise<void> => {
  await machine.ip(
    `link add uplink type veth peer name eth0 netns ${outside.namespace}`,
    `address add ${MACHINE}/24 dev uplink`,
    'link set uplink up',
    ...[0, 1].flatMap((at) => [
      `link add br${at} type bridge`,
      `address add 10.244.${at}.1/24 dev br${at}`,
      `link set br${at} up`,
    ]),
    'route replace local 10.96.0.0/16 dev lo',
    'route replace local 10.95.255.0/24 dev lo',
  )
  await machine.sysctl('net/ipv4/ip_forward', '1')
  // As machines come: what passes over a bridge is not the rules' business unless the proxy makes it so.
  await machine.sysctl('net/bridge/bridge-nf-call-iptables', '0')
  await outside.ip(
    'address add 203.0.113.2/24 dev eth0',
    'link set eth0 up',
    `route add 10.95.255.0/24 via ${MACHINE}`,
    `route add 198.51.100.0/24 via ${MACHINE}`,
  )
}

const createNodes = async (client: ApiClient): Promise<void> => {
  for (const [at, name] of nodeNames.entries()) {
    await client.create(nodes, {
      metadata: {name, labels: {'topology.kubernetes.io/zone': at === 0 ? 'east' : 'west'}},
      spec: {podCIDR: `10.244.${at}.0/24`, podCIDRs: [`10.244.${at}.0/24`]},
    })
    const patch = {status: {addresses: [{type: 'InternalIP', address: MACHINE}]}}
    await client.patch(nodes, {name}, {type: 'merge', body: patch}, {subresource: 'status'})
  }
}

export const startWorld = async (mode: ProxyMode): Promise<World> => {
  const end = new AsyncDisposableStack()
  try {
    return await build(mode, end)
  } catch (error) {
    await end.disposeAsync()
    throw error
  }
}

const build = async (mode: ProxyMode, end: AsyncDisposableStack): Promise<World> => {
  const folder = end.use(tempFolder())
  const {client, server} = end.use(await startInProcess())
  const socket = join(folder.path, 'api.sock')
  await server.listenUnix(socket)
  const net = end.use(await makeNet())
  const [machine, outside] = await Promise.all([net.host('machine'), net.host('outside')])
  await layOut(machine, outside)
  await createNodes(client)
  const env = {...process.env, PATH: await pathWithNft()}

  let proxy: ReturnType<Host['spawn']> | undefined
  let state: ProxyState | undefined
  const startProxy = async (): Promise<void> => {
    const child = machine.spawn(process.execPath, [join(import.meta.dirname, 'proxy-process.ts'), socket, mode], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    proxy = child
    state = await new Promise<ProxyState>((resolve, reject) => {
      child.once('message', (message: {state: ProxyState}) => resolve(message.state))
      child.once('exit', () => reject(new Error('the proxy ended')))
    })
  }
  const endProxy = async (signal: NodeJS.Signals): Promise<void> => {
    const child = proxy
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
  end.defer(() => endProxy('SIGTERM'))
  await startProxy()

  let lastAddress = 9
  const knownNamespaces = new Set(['default'])
  const namespace: World['namespace'] = async (name, labels = {}) => {
    if (knownNamespaces.has(name)) return
    knownNamespaces.add(name)
    await client.create(namespaces, {metadata: {name, labels: {...labels}}})
    await client.create(serviceAccounts, {metadata: {name: 'default', namespace: name}})
  }
  const pod = async (name: string, options: PodOptions = {}): Promise<WorldPod> => {
    const {labels, namespace: inNamespace = 'default', node = 1, tcp = [8080], udp = [], named = {}} = options
    const number = ++lastAddress
    const [ip, nodeName] = [`10.244.${node - 1}.${number}`, `node-${node}`]
    const host = await net.host(`${inNamespace}-${name}`)
    const veth = `v${number}`
    await machine.ip(
      `link add ${veth} type veth peer name eth0 netns ${host.namespace}`,
      `link set ${veth} master br${node - 1} up`,
      `link set dev ${veth} type bridge_slave hairpin on`,
    )
    await host.ip(`address add ${ip}/24 dev eth0`, 'link set eth0 up', `route add default via 10.244.${node - 1}.1`)
    await host.ask({do: 'serve', name, address: ip, tcp: [...tcp, ...Object.values(named)], udp})
    if (!options.isUnknown) {
      await namespace(inNamespace)
      const ports = Object.entries(named).map(([port, containerPort]) => ({name: port, containerPort}))
      await client.create(pods, {
        metadata: {name, namespace: inNamespace, ...(labels ? {labels: {...labels}} : {})},
        spec: {nodeName, containers: [{name: 'main', image: 'host', ports}]},
      } satisfies Pod)
      const status = {status: {phase: 'Running', podIP: ip, podIPs: [{ip}]}}
      await client.patch(pods, {namespace: inNamespace, name}, {type: 'merge', body: status}, {subresource: 'status'})
    }
    return {name, ip, nodeName, host}
  }
  const removeService = async (name: string): Promise<void> => {
    const place = {namespace: 'default', name}
    await client.delete(services, place)
    await client.delete(endpointSlices, place)
  }
  const service: World['service'] = async (name, spec, endpoints, more = {}) => {
    const place = {namespace: 'default', name}
    const ports = (spec.ports ?? [{port: 80}]).map((port) => ({protocol: 'TCP', ...port}))
    const labels = {...more.labels, 'kubernetes.io/service-name': name}
    const slice = {
      metadata: {...place, labels},
      addressType: 'IPv4',
      endpoints: endpoints.map((endpoint) => ({...endpoint})),
      ports: ports.map(({name: port = '', protocol}) => ({name: port, protocol, port: more.targetPort ?? 8080})),
    }
    await client.apply(endpointSlices, slice, {fieldManager: 'test', force: true})
    await client.apply(
      services,
      {metadata: {...place, ...(more.labels ? {labels: {...more.labels}} : {})}, spec: {...spec, ports}},
      {fieldManager: 'test', force: true},
    )
    if (more.balancerIps) {
      const body = {status: {loadBalancer: {ingress: more.balancerIps}}}
      await client.patch(services, place, {type: 'merge', body}, {subresource: 'status'})
    }
  }
  const owned = end.move()
  return {
    client,
    machine,
    outside,
    get state() {
      if (!state) throw new Error('the proxy did not say what it is')
      return state
    },
    get proxyPid() {
      return proxy?.pid ?? 0
    },
    namespace,
    pod,
    service,
    removeService,
    stopProxy: () => endProxy('SIGTERM'),
    killProxy: () => endProxy('SIGKILL'),
    startProxy,
    nft: (args) => machine.exec('nft', args, {env}),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
