// A shell, or a command, where a node's kubelet and runtime are: on this machine.
import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import type {DeepReadonly} from '../../api/object.ts'
import type {Node} from '../../api/schema/types.gen.ts'
import type {Profile} from '../../client/profile.ts'
import {hasCode} from '../../lib/node-error.ts'
import {UsageError} from '../../lib/usage-error.ts'
import type {Io} from '../io.ts'

/** `node-2` has the second socket. */
const socketOf = ({runtimeSocket}: Profile, name: string): string | undefined => {
  const number = Number(/-(\d+)$/.exec(name)?.[1] ?? 1)
  const path = number === 1 ? runtimeSocket : `${runtimeSocket}.${number}`
  return existsSync(path) ? path : undefined
}

/** Gives the exit code. */
export const openShell = (
  {env}: Io,
  profile: Profile,
  nodes: readonly DeepReadonly<Node>[],
  wanted: string,
  words: readonly string[],
): number => {
  const node = wanted ? nodes.find(({metadata}) => metadata?.name === wanted) : nodes[0]
  const name = node?.metadata?.name
  if (name === undefined)
    throw new UsageError(wanted ? `there is no node ${JSON.stringify(wanted)}` : 'there are no nodes')
  const socket = socketOf(profile, name)
  if (!socket) throw new UsageError(`node ${JSON.stringify(name)} is simulated: there is no machine behind it`)
  const endpoint = `unix://${socket}`
  const variables = {KUBECONFIG: profile.kubeconfig, CONTAINER_RUNTIME_ENDPOINT: endpoint, MINI_NODE: name}
  const [program = env.SHELL || '/bin/sh', ...args] = words
  const {error, signal, status} = spawnSync(program, args, {stdio: 'inherit', env: {...env, ...variables}})
  if (error && hasCode(error, 'ENOENT')) throw new UsageError(`${program}: command not found`, {cause: error})
  if (error) throw error
  return status ?? (signal ? 128 : 1)
}
