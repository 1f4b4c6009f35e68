// The kubelets of the profile's nodes.
import {networkInterfaces} from 'node:os'
import {join} from 'node:path'
import {runKubelet} from '../../kubelet/run.ts'
import {administrator, type Component} from '../component.ts'
import {type RuntimePlace, runtimePlaces} from '../runtime-places.ts'
import {dnsAddress} from './dns.ts'

/** The machine's first address that others could reach. */
const machineAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({family, internal}) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'

export const kubelets: Component = {
  name: 'kubelet',
  wanted: ({runtime}) => runtime !== 'simulated',
  async run(context, signal) {
    const {clientOf, clock, config, informers, logger, nodes, profile, random} = context
    const clusterDns = config.addons.includes('dns') ? dnsAddress(config.serviceClusterIpRange) : undefined
    const places = runtimePlaces(profile, config)
    const isFirst = ({nodeName}: RuntimePlace): boolean => nodeName === places[0]?.nodeName
    const run = (place: RuntimePlace): Promise<void> =>
      runKubelet({
        client: clientOf(administrator, 'kubelet'),
        informers,
        clock,
        random,
        logger: logger.child({component: 'kubelet', node: place.nodeName}),
        signal,
        nodeName: place.nodeName,
        criSocket: config.containerRuntimeEndpoint?.replace(/^unix:\/\//, '') ?? place.socket,
        podsFolder: place.pods,
        nodeAddress: machineAddress(),
        maxPods: config.maxPods,
        clusterDns,
        staticPodFolder: join(profile.manifests, ...(isFirst(place) ? [] : [place.nodeName])),
        onReady: (transport) => nodes.add(place.nodeName, async () => transport),
      })
    try {
      await Promise.all(places.map(run))
    } finally {
      for (const {nodeName} of places) nodes.remove(nodeName)
    }
  },
}
