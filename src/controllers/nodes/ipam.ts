// Gives every node a range of pod addresses out of the cluster's.
import {nodes} from '../../api/resources.ts'
import type {Node} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'

const NODE_BITS = 24

const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toText = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')

/** The first range of the cluster's that nobody has. */
export const freeRange = (podCidr: string, taken: ReadonlySet<string>): string | undefined => {
  const [ip = '', bits = '16'] = podCidr.split('/')
  const nodeBits = Math.max(NODE_BITS, Number(bits))
  const size = 2 ** (32 - nodeBits)
  const count = 2 ** (nodeBits - Number(bits))
  for (let index = 0; index < count; index++) {
    const range = `${toText(toNumber(ip) + index * size)}/${nodeBits}`
    if (!taken.has(range)) return range
  }
  return undefined
}

export const nodeIpamController = (podCidr: string): ControllerSpec => {
  /** Given, though the cache may not show it yet. */
  const given = new Map<string, string>()

  const assign = async (node: Cached<Node>, {cache, client, events}: ReconcileContext): Promise<void> => {
    const {name} = node.metadata
    const taken = new Set([
      ...given.values(),
      ...cache(nodes)
        .list()
        .flatMap(({spec}) => spec?.podCIDR ?? []),
    ])
    const range = given.get(name) ?? freeRange(podCidr, taken)
    if (range === undefined) {
      events.record(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`)
      return
    }
    given.set(name, range)
    await client.patch(nodes, {name}, {type: 'merge', body: {spec: {podCIDR: range, podCIDRs: [range]}}})
  }
  return {
    name: 'node-ipam-controller',
    identity: 'node-controller',
    workers: 1,
    watches: [watching({resource: nodes})],
    reconcile: async (name, context) => {
      const node = context.cache(nodes).getByKey(name)
      if (!node || node.spec?.podCIDR) given.delete(name)
      else if (!node.metadata.deletionTimestamp) await assign(node, context)
    },
  }
}
