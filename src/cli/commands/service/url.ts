import {endpointSlices, services} from '../../../api/resources.ts'
import {serviceUrls} from '../../cluster/service-urls.ts'
import {command, duration} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'
import {Failure} from '../../usage-mistake.ts'

export const definition = command({
  usage: 'NAME',
  summary: 'The addresses of one service, once an endpoint is ready',
  flags: {timeout: duration('How long to wait for an endpoint.', {default: 60_000})},
  async run(invocation) {
    const {args, io, connect, flags} = invocation
    const [name] = args
    if (name === undefined || args.length > 1) throw usageMistake(invocation, 'url takes the name of one service')
    const {client, namespace} = await connect()
    const service = await client.get(services, {namespace, name})
    const urls = serviceUrls(service)
    if (urls.length === 0) throw new Failure(`error: service "${name}" has no address of its own`, 1)
    const labelSelector = `kubernetes.io/service-name=${name}`
    const signal = AbortSignal.timeout(flags.timeout)
    for await (const {object} of client.watch(endpointSlices, {
      namespace,
      labelSelector,
      sendInitialEvents: true,
      signal,
    }))
      if (object.endpoints?.some(({conditions}) => conditions?.ready)) {
        io.out(`${urls.join('\n')}\n`)
        return 0
      }
    throw new Failure(`error: service "${name}" has no ready endpoint; see: mini describe service ${name}`, 1)
  },
})
