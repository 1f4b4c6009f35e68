// The nodes a command names, and whether they take pods.
import type {ApiClient} from '../../client/contract.ts'
import {type DryRun, withDryRun} from '../dry-run.ts'
import {gather, type Info} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {at} from '../objects.ts'
import {together} from '../report-error.ts'
import {patchObject} from '../write-object.ts'

export const selectNodes = async (invocation: Invocation, selector: string, chunkSize?: number): Promise<Info[]> => {
  const {args, io, connect, words} = invocation
  if (args.length === 0 && selector === '') throw usageMistake(invocation, `USAGE: ${words.at(-1)} NODE [flags]`)
  if (args.length > 0 && selector !== '')
    throw usageMistake(invocation, 'cannot specify both a node name and a --selector option')
  const isTyped = args.some((arg) => arg.includes('/'))
  const {infos, errors} = await gather({
    io,
    connect,
    args: isTyped ? args : ['nodes', ...args],
    selector,
    chunkSize,
  })
  if (errors.length > 0) throw together(errors)
  return infos
}

/** What happened, as the commands say it. */
export const setUnschedulable = async (
  client: ApiClient,
  node: Info,
  unschedulable: boolean,
  dryRun: DryRun,
): Promise<string> => {
  const verb = unschedulable ? 'cordoned' : 'uncordoned'
  const name = `node/${node.name}`
  if (Boolean(at(node.object, 'spec', 'unschedulable')) === unschedulable)
    return `${name} ${withDryRun(`already ${verb}`, dryRun)}\n`
  if (dryRun !== 'client')
    await patchObject(client, node, 'strategic', {spec: {unschedulable: unschedulable ? true : null}}, {dryRun})
  return `${name} ${withDryRun(verb, dryRun)}\n`
}
