// The runtime about itself.
import {CgroupDriver} from '../../lib/cri/enums.ts'
import type {RuntimeHandlers} from '../../lib/cri/service.ts'
import type {Runtime} from '../runtime.ts'

export const statusHandlers = (runtime: Runtime): RuntimeHandlers => ({
  Version: async () => ({version: '0.1.0', runtimeName: 'mini-cri', runtimeVersion: '0.1.0', runtimeApiVersion: 'v1'}),
  Status: async () => ({
    status: {
      conditions: [
        {type: 'RuntimeReady', status: true},
        {type: 'NetworkReady', status: true},
      ],
    },
    info: {
      podCidr: runtime.addresses.cidr,
      bridge: runtime.bridge.name,
      cgroupVersion: String(runtime.cgroups.version),
      tier: runtime.tier.name,
      lacks: [...runtime.tier.lacks, ...(runtime.launchers.canFilter ? [] : ['seccomp'])].join(' '),
    },
    runtimeHandlers: runtime.launchers.handlers.map((name) => ({
      name,
      features: {recursiveReadOnlyMounts: true, userNamespaces: false},
    })),
    features: {supplementalGroupsPolicy: true},
  }),
  RuntimeConfig: async () => ({linux: {cgroupDriver: CgroupDriver.CGROUPFS}}),
  UpdateRuntimeConfig: async ({runtimeConfig}) => {
    const cidr = runtimeConfig?.networkConfig?.podCidr
    if (cidr) runtime.setPodCidr(cidr)
    return {}
  },
})
