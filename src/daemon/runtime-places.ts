// Where the container runtime of each node lives: a folder and a socket a node.
import {join} from 'node:path'
import type {Profile} from '../client/profile.ts'
import type {SettledConfig} from './config.ts'
import {nodeName} from './node-names.ts'

export interface RuntimePlace {
  readonly nodeName: string
  readonly root: string
  readonly socket: string
  readonly pods: string
  /** Until the cluster has given the node its range. */
  readonly podCidr: string
}

/** The third number of a /16 counts nodes, as the node controller hands out ranges. */
export const rangeOf = (podCidr: string, at: number): string => {
  const [first = '10', second = '244'] = podCidr.split('.')
  return `${first}.${second}.${at % 256}.0/24`
}

export const runtimePlaces = (profile: Profile, config: Pick<SettledConfig, 'nodes' | 'podCidr'>): RuntimePlace[] =>
  Array.from({length: config.nodes}, (_, at) => ({
    nodeName: nodeName(config, at),
    root: join(profile.folder, 'runtime', String(at + 1)),
    socket: at === 0 ? profile.runtimeSocket : `${profile.runtimeSocket}.${at + 1}`,
    pods: at === 0 ? profile.pods : join(profile.pods, `node-${at + 1}`),
    podCidr: rangeOf(config.podCidr, at),
  }))
