import {nodes} from '../../../api/resources.ts'
import {command} from '../../definition.ts'
import {tableFor} from '../../output/boxed-table.ts'

export const definition = command({
  summary: 'List the nodes and their addresses',
  flags: {},
  async run({connect, io}) {
    const {client} = await connect()
    const {items} = await client.list(nodes)
    const rows = items.map(({metadata, status}) => {
      const ready = status?.conditions?.find(({type}) => type === 'Ready')?.status === 'True'
      const address = status?.addresses?.find(({type}) => type === 'InternalIP')?.address ?? '<none>'
      return [metadata.name, ready ? 'Ready' : 'NotReady', address]
    })
    io.out(await tableFor(io, ['Name', 'Status', 'Address'], rows))
  },
})
