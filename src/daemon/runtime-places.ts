// Where the container runtime of each node lives: a folder and a socket a node.
import {join} from 'node:path'
import {nodePrefix, parseCidr, partOf} from '../api/meta/ip.ts'
import type {Profile} from '../client/profile.ts'
import type {SettledConfig} from './config.ts'
import {nodeName} from './node-names.ts'

export interface RuntimePlace {
  readonly number: number
  readonly nodeName: string
  readonly root: string
  readonly socket: string
  readonly pods: string
  /** Until the cluster has given the node its ranges. */
  readonly podCidrs: readonly string[]
}

/** As the node controller hands them out. */
export const nodeRanges = (podCidrs: readonly string[], at: number): string[] =>
  podCidrs.flatMap((range) => {
    const cidr = parseCidr(range)
    return (cidr && partOf(cidr, nodePrefix[cidr.family], at)) ?? []
  })

/** The node's number is the place of its range in the cluster's, and of its folder. */
export const runtimePlace = (
  profile: Profile,
  {podCidrs}: Pick<SettledConfig, 'podCidrs'>,
  number: number,
): RuntimePlace => ({
  number,
  nodeName: nodeName(number),
  root: join(profile.folder, 'runtime', String(number)),
  socket: number === 1 ? profile.runtimeSocket : `${profile.runtimeSocket}.${number}`,
  pods: number === 1 ? profile.pods : join(profile.pods, nodeName(number)),
  podCidrs: nodeRanges(podCidrs, number - 1),
})

export const runtimePlaces = (
  profile: Profile,
  config: Pick<SettledConfig, 'nodes' | 'nodeNumbers' | 'podCidrs'>,
): RuntimePlace[] =>
  (config.nodeNumbers ?? Array.from({length: config.nodes}, (_, at) => at + 1)).map((number) =>
    runtimePlace(profile, config, number),
  )
