// Gives every node a range of pod addresses out of each of the cluster's.
import {nodePrefix, parseCidr, partOf} from '../../api/meta/ip.ts'
import {nodes} from '../../api/resources.ts'
import type {Node} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'

/** The first range of the cluster's that nobody has. */
export const freeRange = (podCidr: string, taken: ReadonlySet<string>): string | undefined => {
  const cidr = parseCidr(podCidr)
  if (!cidr) return undefined
  for (let index = 0; ; index++) {
    const range = partOf(cidr, nodePrefix[cidr.family], index)
    if (range === undefined || !taken.has(range)) return range
  }
}

const rangesOf = ({spec}: Cached<Node>): readonly string[] => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : [])

export const nodeIpamController = (podCidrs: readonly string[]): ControllerSpec => {
  /** Given, though the cache may not show it yet. */
  const given = new Map<string, readonly string[]>()

  const choose = (taken: ReadonlySet<string>): readonly string[] | undefined => {
    const ranges = podCidrs.map((podCidr) => freeRange(podCidr, taken))
    return ranges.every((range) => range !== undefined) ? ranges : undefined
  }
  const assign = async (node: Cached<Node>, {cache, client, events}: ReconcileContext): Promise<void> => {
    const {name} = node.metadata
    const taken = new Set([...given.values(), ...cache(nodes).list().map(rangesOf)].flat())
    const ranges = given.get(name) ?? choose(taken)
    if (ranges === undefined) {
      events.record(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`)
      return
    }
    given.set(name, ranges)
    await client.patch(nodes, {name}, {type: 'merge', body: {spec: {podCIDR: ranges[0], podCIDRs: ranges}}})
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
