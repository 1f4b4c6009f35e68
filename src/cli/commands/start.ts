import {homedir} from 'node:os'
import {join} from 'node:path'
import {selectedProfile} from '../cluster/selected-profile.ts'
import {startDaemon} from '../cluster/start-daemon.ts'
import {bool, command, duration, int, list, string} from '../definition.ts'
import {usageMistake} from '../invocation.ts'

/** Flags that become settings of the daemon, by the name config.yaml has for them. */
const settings = {
  nodes: 'nodes',
  runtime: 'runtime',
  'container-runtime-endpoint': 'containerRuntimeEndpoint',
  'apiserver-port': 'apiserverPort',
  'listen-address': 'listenAddress',
  'ip-family': 'ipFamily',
  'pod-cidr': 'podCidr',
  'service-cluster-ip-range': 'serviceClusterIpRange',
  addons: 'addons',
  ephemeral: 'ephemeral',
  'service-node-port-range': 'serviceNodePortRange',
  'proxy-mode': 'proxyMode',
  'max-pods': 'maxPods',
  'host-dns': 'hostDns',
  'registry-mirror': 'registryMirrors',
  'insecure-registry': 'insecureRegistries',
  launcher: 'launcher',
  'cni-conf-dir': 'cniConfDir',
  'cni-bin-dir': 'cniBinDir',
} as const

const userKubeconfig = (env: Readonly<Record<string, string | undefined>>): string =>
  env.KUBECONFIG?.split(':').find((file) => file !== '') ?? join(env.HOME || homedir(), '.kube', 'config')

export const definition = command({
  usage: '[flags]',
  summary: 'Start the cluster',
  description:
    'Starts the cluster of a profile, or says that it is running. Settings given as flags are kept for the next start.',
  examples: `  # A cluster with everything, on this machine
  mini start

  # Fifty nodes that only pretend, to try a scheduling rule
  mini start --runtime simulated --nodes 50

  # A second cluster beside the first
  mini start --profile staging`,
  flags: {
    nodes: int('How many nodes.', {default: 1}),
    runtime: string("What runs containers: 'mini', 'containerd' or 'simulated'.", {default: 'mini'}),
    'container-runtime-endpoint': string('Socket of a container runtime (CRI) that is already running.'),
    'apiserver-port': int('Port of the API server. 0: the last one, or any free one.'),
    'listen-address': string('Address the API server listens on.', {default: '127.0.0.1'}),
    'ip-family': string("Addresses of pods and services: 'ipv4', 'ipv6' or 'dual' for both.", {default: 'ipv4'}),
    'pod-cidr': string('Addresses of pods; for two families one range each, with a comma.', {
      default: '10.244.0.0/16',
    }),
    'service-cluster-ip-range': string('Addresses of services; for two families one range each, with a comma.', {
      default: '10.96.0.0/16',
    }),
    addons: list("What comes along: some of storage, metrics, dns, ingress, or 'none'.", {
      default: ['storage', 'metrics', 'dns', 'ingress'],
    }),
    'service-node-port-range': string('Where node ports are given from.', {default: '30000-32767'}),
    'proxy-mode': string("How services are reached: 'auto', 'nftables' or 'userspace'.", {default: 'auto'}),
    'registry-mirror': list('Registries to ask before Docker Hub, or registry=mirror for another one.'),
    'insecure-registry': list('Registries to speak to without TLS, or whatever their certificate: hosts or ranges.'),
    'max-pods': int('How many pods a node takes.', {default: 110}),
    'cni-conf-dir': string('A folder of CNI configurations: pod networks are made by its plugins.'),
    'cni-bin-dir': string('Where the CNI plugins are.'),
    launcher: string("What starts containers of the runtime 'mini': 'auto', 'unshare', 'runc' or 'crun'.", {
      default: 'auto',
    }),
    'host-dns': bool(
      'Names of services resolve on this machine too: systemd-resolved is told of them while the cluster runs.',
    ),
    ephemeral: bool('Forget everything when the cluster stops.'),
    wait: bool('Wait until the nodes are Ready.', {default: true}),
    timeout: duration('How long to wait.', {default: 60_000}),
    output: string("How to say it: '' for people, 'json' for programs.", {short: 'o'}),
  },
  async run(invocation) {
    const {flags, given, io, args} = invocation
    if (args.length > 0)
      throw usageMistake(invocation, `start takes no arguments, but was given ${JSON.stringify(args[0])}`)
    if (flags.output !== '' && flags.output !== 'json')
      throw usageMistake(invocation, `unknown output ${JSON.stringify(flags.output)}; use json`)
    const profile = selectedProfile(invocation)
    const changes: Record<string, unknown> = {}
    for (const [flag, setting] of Object.entries(settings))
      if (given(flag)) changes[setting] = flags[flag as keyof typeof settings]
    if (given('addons')) changes.addons = flags.addons.filter((addon) => addon !== 'none')
    const startedAt = performance.now()
    const forPeople = flags.output === ''
    const {alreadyRunning, status, warnings} = await startDaemon(profile, {
      changes,
      wait: flags.wait,
      kubeconfig: userKubeconfig(io.env),
      timeoutMs: flags.timeout,
      onStep: (step, ms) => {
        if (forPeople)
          io.err(`${io.isTerminal.err ? `\u001b[2m${String(ms).padStart(5)} ms\u001b[22m  ` : ''}${step}\n`)
      },
    })
    for (const warning of warnings) io.err(`Warning: ${warning}\n`)
    if (alreadyRunning && Object.keys(changes).length > 0)
      io.err(
        'Warning: the cluster was running already; its settings did not change. Use: mini stop, then start again\n',
      )
    if (forPeople)
      io.out(
        alreadyRunning
          ? `cluster "${profile.name}" is already running\n`
          : `cluster "${profile.name}" is ready: ${status.nodes.ready} of ${status.nodes.total} nodes, Kubernetes ${status.version} (${Math.round(performance.now() - startedAt)} ms)\n`,
      )
    else
      io.out(
        `${JSON.stringify({...status, alreadyRunning, milliseconds: Math.round(performance.now() - startedAt)})}\n`,
      )
  },
})
