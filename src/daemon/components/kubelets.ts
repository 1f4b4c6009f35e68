// The kubelets of the profile's nodes.
import {existsSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {load} from 'js-yaml'
import {defaultKubeletConfig, type KubeletConfig, kubeletConfig} from '../../kubelet/config.ts'
import {runKubelet} from '../../kubelet/run.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {Cgroups} from '../../runtime/cgroup/cgroups.ts'
import {profileHash} from '../../runtime/ids.ts'
import {administrator, type Component} from '../component.ts'
import type {SettledConfig} from '../config.ts'
import {machineAddresses} from '../host-addresses.ts'
import {isPause} from '../paused.ts'
import type {RuntimePlace} from '../runtime-places.ts'
import {dnsAddresses} from './dns.ts'

/** The disk is somebody's own and may well be nearly full: pods and images go only when it really is. */
const sharedDisk = {
  ...defaultKubeletConfig,
  evictionHard: {
    'imagefs.available': '1%',
    'imagefs.inodesFree': '1%',
    'memory.available': '100Mi',
    'nodefs.available': '1%',
    'nodefs.inodesFree': '1%',
  },
  imageGCHighThresholdPercent: 98,
  imageGCLowThresholdPercent: 95,
}

const readKubeletConfig = (file: string): KubeletConfig => {
  if (!existsSync(file)) return sharedDisk
  try {
    return kubeletConfig(load(readFileSync(file, 'utf8')) ?? {}, sharedDisk)
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`, {cause: error})
  }
}

/** mini-cri makes and removes pods' control groups itself; other runtimes leave that to the kubelet. */
const cgroupOptions = ({containerRuntimeEndpoint, runtime}: SettledConfig, {root}: RuntimePlace) => {
  if (runtime === 'mini' && !containerRuntimeEndpoint) return {}
  const hash = profileHash(root)
  const cgroups = new Cgroups(hash)
  const cgroupRoot = `/mini-${hash}`
  return {cgroupRoot, removeCgroup: (path: string) => cgroups.remove(path)}
}

export const kubelets: Component = {
  name: 'kubelet',
  usesAddons: true,
  wanted: ({runtime}) => runtime !== 'simulated',
  async run(context, signal) {
    const {clientOf, clock, config, informers, logger, nodes, places, profile, random} = context
    const clusterDns = config.addons.includes('dns') ? dnsAddresses(config)[0] : undefined
    const kubeletSettings = readKubeletConfig(profile.kubeletConfig)
    await places.follow(signal, async (place, ending) => {
      await runKubelet({
        client: clientOf(administrator, 'kubelet'),
        informers,
        clock,
        random,
        logger: logger.child({component: 'kubelet', node: place.nodeName}),
        signal: ending,
        endsPods: () => !isPause(ending) && !config.containerRuntimeEndpoint,
        nodeName: place.nodeName,
        criSocket: config.containerRuntimeEndpoint?.replace(/^unix:\/\//, '') ?? place.socket,
        podsFolder: place.pods,
        nodeAddresses: machineAddresses(config),
        logsFolder: profile.logs,
        config: kubeletSettings,
        maxPods: config.maxPods,
        ...cgroupOptions(config, place),
        clusterDns,
        dockerConfigFile: join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
        staticPodFolder: join(profile.manifests, ...(place.number === 1 ? [] : [place.nodeName])),
        onReady: (transport) => nodes.add(place.nodeName, async () => transport),
      }).finally(() => nodes.remove(place.nodeName))
    })
  },
}
