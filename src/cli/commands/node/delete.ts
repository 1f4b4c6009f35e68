import {nodes} from '../../../api/resources.ts'
import {askDaemon} from '../../cluster/daemon.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

const SIMULATED = 'simulate.mini.dev/node'
const LONGEST_MS = 120_000

export const definition = command({
  usage: 'NAME...',
  summary: 'Remove nodes; their pods go elsewhere',
  description:
    'Removes nodes and everything they had: pods end in their own time, then containers, addresses and devices go.',
  flags: {},
  async run(invocation) {
    const {args, connect, io} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'delete takes the names of nodes')
    const {client} = await connect()
    for (const name of args) {
      const {metadata} = await client.get(nodes, {name})
      if (metadata.annotations?.[SIMULATED] === 'true') await client.delete(nodes, {name})
      else await askDaemon(selectedProfile(invocation), 'DELETE', `nodes/${name}`, {timeoutMs: LONGEST_MS})
      io.out(`node "${name}" deleted\n`)
    }
  },
})
