// The workloads a rollout command is about.
import {type Gathered, gather, type Info} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'

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
  return gather({
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
}

export const sayNone = async ({io, connect}: Pick<Invocation, 'io' | 'connect'>): Promise<void> =>
  io.err(`No resources found in ${(await connect()).namespace} namespace.\n`)

export const noVisitor = ({resource: {group, kind}}: Pick<Info, 'resource'>): string =>
  `no visitor method exists for {${group} ${kind}}`
