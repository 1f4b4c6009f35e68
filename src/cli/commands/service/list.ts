import {services} from '../../../api/resources.ts'
import {serviceUrls} from '../../cluster/service-urls.ts'
import {command} from '../../definition.ts'
import {alignTabs, tableTabs} from '../../go/tabwriter.ts'

export const definition = command({
  summary: 'All services and their addresses',
  flags: {},
  async run({connect, io}) {
    const {client} = await connect()
    const {items} = await client.list(services)
    const rows = items.map((service) =>
      [service.metadata.namespace, service.metadata.name, serviceUrls(service).join(',') || '<none>'].join('\t'),
    )
    io.out(alignTabs(`${['NAMESPACE\tNAME\tURL', ...rows].join('\n')}\n`, tableTabs))
  },
})
