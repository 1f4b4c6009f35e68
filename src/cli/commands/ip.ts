import {nodes} from '../../api/resources.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {command, string} from '../definition.ts'
import {usageMistake} from '../invocation.ts'

export const definition = command({
  summary: 'Print the address of a node',
  flags: {node: string('The node; the first one when absent.', {short: 'n'})},
  async run(invocation) {
    const {args, connect, flags, io} = invocation
    if (args.length > 0) throw usageMistake(invocation, 'ip takes no arguments')
    const {client} = await connect()
    const {items} = await client.list(nodes)
    const node = flags.node ? items.find(({metadata}) => metadata.name === flags.node) : items[0]
    if (!node)
      throw new UsageError(flags.node ? `there is no node ${JSON.stringify(flags.node)}` : 'there are no nodes')
    const address = node.status?.addresses?.find(({type}) => type === 'InternalIP')?.address
    if (!address) throw new UsageError(`node ${JSON.stringify(node.metadata.name)} has no address yet`)
    io.out(`${address}\n`)
  },
})
