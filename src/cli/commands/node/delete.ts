import {nodes} from '../../../api/resources.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'NAME...',
  summary: 'Remove nodes; their pods go elsewhere',
  flags: {},
  async run(invocation) {
    const {args, connect, io} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'delete takes the names of nodes')
    const {client} = await connect()
    for (const name of args) {
      await client.delete(nodes, {name})
      io.out(`node "${name}" deleted\n`)
    }
  },
})
