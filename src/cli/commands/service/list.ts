import type {Stored} from '../../../api/object.ts'
import {services} from '../../../api/resources.ts'
import type {Service} from '../../../api/schema/types.gen.ts'
import {serviceUrls} from '../../cluster/service-urls.ts'
import {command, string} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'
import {tableFor} from '../../output/boxed-table.ts'

const rowsOf = (service: Stored<Service>): string[][] => {
  const {name, namespace} = service.metadata
  const urls = serviceUrls(service)
  if (urls.length === 0) return [[namespace ?? '', name, '<none>', '<none>']]
  return urls.map(({port, url}, at) => [...(at === 0 ? [namespace ?? '', name] : ['', '']), String(port), url])
}

export const definition = command({
  summary: 'All services and their addresses',
  description: 'All services and their addresses; with -n those of one namespace.',
  flags: {output: string("How to say it: 'table' or 'json'.", {short: 'o', default: 'table'})},
  async run(invocation) {
    const {connect, io, flags, globals} = invocation
    if (flags.output !== 'table' && flags.output !== 'json')
      throw usageMistake(invocation, `unknown output ${JSON.stringify(flags.output)}; use table or json`)
    const {client} = await connect()
    const {items} = await client.list(services, {namespace: globals.namespace || undefined})
    if (flags.output === 'json') {
      const all = items.map((service) => ({
        Namespace: service.metadata.namespace,
        Name: service.metadata.name,
        URLs: serviceUrls(service).map(({url}) => url),
        PortNames: serviceUrls(service).map(({port}) => port),
      }))
      io.out(`${JSON.stringify(all)}\n`)
    } else io.out(await tableFor(io, ['Namespace', 'Name', 'Target Port', 'URL'], items.flatMap(rowsOf)))
  },
})
