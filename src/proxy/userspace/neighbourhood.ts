// Who is who around this machine, by address.
import {type Cidr, cidrContains, parseCidr} from '../../api/meta/ip.ts'
import type {Places} from '../places.ts'
import type {PolicyJudge} from '../policies/judge.ts'
import type {Neighbourhood} from './doorman.ts'

const parsed = (ranges: readonly string[]): Cidr[] => ranges.flatMap((range) => parseCidr(range) ?? [])

export const neighbourhood = (around: {
  readonly places: Places
  readonly podRanges: readonly string[]
  readonly machineAddresses: readonly string[]
  /** All of each range is this machine's. */
  readonly localRanges: readonly string[]
  readonly judge: PolicyJudge
}): Neighbourhood => {
  const {judge, machineAddresses, places} = around
  const own = new Set(machineAddresses)
  const local = parsed(around.localRanges)
  const pods = parsed(around.podRanges)
  const nodes = [...places.ofNode].map(([name, ranges]) => ({name, ranges: parsed(ranges)}))
  const isMachine = (address: string): boolean =>
    own.has(address) || local.some((range) => cidrContains(range, address))
  return {
    judge,
    machineAddresses,
    isMachine,
    nodeOf: (address) => {
      if (isMachine(address)) return undefined
      const node = nodes.find(({ranges}) => ranges.some((range) => cidrContains(range, address)))
      if (node) return node.name
      return pods.some((range) => cidrContains(range, address)) ? places.place.nodeName : undefined
    },
  }
}
