// The workloads a rollout command is about.
import {type Gathered, gather, type Info} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {requireKnownKinds} from '../known-kinds.ts'

export interface RolloutFlags {
  readonly filename: readonly string[]
  readonly kustomize: string
  readonly recursive: boolean
  readonly selector: string
}

export const workloads = async (
  invocation: Omit<Invocation, 'flags'> & {readonly flags: RolloutFlags},
): Promise<Gathered> => {
  const {flags, args, io, connect} = invocation
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === '')
    throw new Error('required resource not specified')
  const gathered = await gather({
    io,
    connect,
    args,
    filenames: flags.filename,
    recursive: flags.recursive,
    kustomize: flags.kustomize,
    selector: flags.selector,
    listTypes: true,
    latest: true,
  })
  requireKnownKinds(gathered.infos)
  return gathered
}

export const sayNone = async ({io, connect}: Pick<Invocation, 'io' | 'connect'>): Promise<void> =>
  io.err(`No resources found in ${(await connect()).namespace} namespace.\n`)

const visited = new Set([
  'Pod',
  'Job',
  'CronJob',
  'ReplicaSet',
  'ReplicationController',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
])

/** `viewer`: what there is none of for this kind; `verb`: what was asked for of a kind that has no pods at all. */
export const noWay = ({resource: {group, kind}}: Pick<Info, 'resource'>, viewer: string, verb: string): Error =>
  visited.has(kind)
    ? new Error(`no ${viewer} has been implemented for ${JSON.stringify(group === '' ? kind : `${kind}.${group}`)}`)
    : new Error(`error retrieving ${verb} for ${JSON.stringify(kind)}, no visitor method exists for {${group} ${kind}}`)
