// Where the container runtime of each node lives: a folder and a socket a node.
import {join} from 'node:path'
import {nodePrefix, parseCidr, partOf} from '../api/meta/ip.ts'
import type {Profile} from '../client/profile.ts'
import type {SettledConfig} from './config.ts'
import {nodeName} from './node-names.ts'

export interface RuntimePlace {
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

export const runtimePlaces = (profile: Profile, config: Pick<SettledConfig, 'nodes' | 'podCidrs'>): RuntimePlace[] =>
  Array.from({length: config.nodes}, (_, at) => ({
    nodeName: nodeName(config, at),
    root: join(profile.folder, 'runtime', String(at + 1)),
    socket: at === 0 ? profile.runtimeSocket : `${profile.runtimeSocket}.${at + 1}`,
    pods: at === 0 ? profile.pods : join(profile.pods, `node-${at + 1}`),
    podCidrs: nodeRanges(config.podCidrs, at),
  }))
