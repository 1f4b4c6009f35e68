import {nodes} from '../../../api/resources.ts'
import {command} from '../../definition.ts'
import {alignTabs, tableTabs} from '../../go/tabwriter.ts'

export const definition = command({
  summary: 'List the nodes and their addresses',
  flags: {},
  async run({connect, io}) {
    const {client} = await connect()
    const {items} = await client.list(nodes)
    const rows = items.map(({metadata, status}) => {
      const ready = status?.conditions?.find(({type}) => type === 'Ready')?.status === 'True'
      const address = status?.addresses?.find(({type}) => type === 'InternalIP')?.address ?? '<none>'
      return [metadata.name, ready ? 'Ready' : 'NotReady', address].join('\t')
    })
    io.out(alignTabs(`${['NAME\tSTATUS\tADDRESS', ...rows].join('\n')}\n`, tableTabs))
  },
})
