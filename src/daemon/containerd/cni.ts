// The pod network of a private containerd: the reference plugins' bridge, with a name that is the node's own. containerd
// fills in the range when the kubelet tells it.
import {join} from 'node:path'
import {profileHash} from '../../runtime/ids.ts'

/** Of the network, and of its bridge. */
export const networkName = (root: string): string => `mini${profileHash(root)}`

export interface CniNetwork {
  readonly root: string
  /** Whether iptables is here: address translation of these plugins is its work. */
  readonly hasIptables: boolean
}

export const cniConfiguration = ({hasIptables, root}: CniNetwork): string =>
  JSON.stringify(
    {
      cniVersion: '0.4.0',
      name: networkName(root),
      plugins: [
        {
          type: 'bridge',
          bridge: networkName(root),
          isGateway: true,
          ipMasq: hasIptables,
          hairpinMode: true,
          ipam: {
            type: 'host-local',
            ranges: [[{subnet: '{{.PodCIDR}}'}]],
            routes: [{dst: '0.0.0.0/0'}],
            dataDir: join(root, 'addresses'),
          },
        },
        ...(hasIptables ? [{type: 'portmap', capabilities: {portMappings: true}, snat: true}] : []),
      ],
    },
    undefined,
    2,
  )
