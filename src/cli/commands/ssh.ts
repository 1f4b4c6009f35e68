import {nodes} from '../../api/resources.ts'
import {selectedProfile} from '../cluster/selected-profile.ts'
import {command, string} from '../definition.ts'

export const definition = command({
  usage: '[-- COMMAND...]',
  summary: 'A shell on a node, which is this machine',
  description:
    "Nodes of a cluster on this machine are this machine: there is nothing to log in to. Opens a shell, or runs a command, with the cluster's kubeconfig and its container runtime in the environment (KUBECONFIG, CONTAINER_RUNTIME_ENDPOINT), as kubectl and crictl look for them.",
  examples: `  # What the node has mounted for its pods
  mini ssh -- mount

  # crictl, where it is installed
  mini ssh -- crictl ps`,
  flags: {node: string('The node; the first one when absent.', {short: 'n'})},
  flagsFirst: true,
  async run(invocation) {
    const {args, connect, flags} = invocation
    const profile = selectedProfile(invocation)
    const {client} = await connect()
    const {items} = await client.list(nodes)
    const {openShell} = await import('../cluster/node-shell.ts')
    return openShell(invocation.io, profile, items, flags.node, args)
  },
})
