import {endpointSlices, services} from '../../api/resources.ts'
import type {Service} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import {openInBrowser} from '../cluster/open-in-browser.ts'
import {type ServiceUrl, serviceUrls, type UrlOptions} from '../cluster/service-urls.ts'
import type {flags} from '../commands/service.ts'
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {compileTemplate} from '../template/template.ts'
import {Failure} from '../usage-mistake.ts'

type Asked = Invocation<typeof flags>

interface Found {
  readonly namespace: string
  readonly name: string
  readonly urls: readonly ServiceUrl[]
}

const urlOptions = ({flags: {format, https}}: Asked): UrlOptions => ({
  https,
  format: format === '' ? undefined : compileTemplate(format, {name: 'format', missingKeyIsError: true}),
})

/** What nobody can be led to is said with what to do instead. */
const withoutAddress = (name: string, {spec}: Service): Failure => {
  const why =
    spec?.type === 'ExternalName'
      ? `is another name for ${spec.externalName}`
      : 'is headless: its pods have addresses, it has none'
  return new Failure(`error: service ${JSON.stringify(name)} ${why}\n`, 1)
}

const untilReady = async (
  client: ApiClient,
  {namespace, name}: Found,
  {flags: own, io}: Asked,
  signal: AbortSignal,
): Promise<void> => {
  const say = (): void => io.err(`waiting for an endpoint of service ${namespace}/${name}\n`)
  const reminder = io.isTerminal.err ? setInterval(say, Math.max(1, own.interval) * 1000) : undefined
  try {
    const labelSelector = `kubernetes.io/service-name=${name}`
    const seen = client.watch(endpointSlices, {namespace, labelSelector, sendInitialEvents: true, signal})
    for await (const {type, object} of seen)
      if (type !== 'DELETED' && object.endpoints?.some(({conditions}) => conditions?.ready !== false)) return
  } finally {
    clearInterval(reminder)
  }
  throw new Failure(
    `error: service ${JSON.stringify(name)} has no ready endpoint after ${own.wait} s; see: mini why service/${name} -n ${namespace}\n`,
    1,
  )
}

const findAll = async (invocation: Asked, client: ApiClient, namespace: string): Promise<Found[]> => {
  const {args, flags: own} = invocation
  const [name] = args
  if (args.length > 1 || (own.all ? name !== undefined : name === undefined))
    throw usageMistake(invocation, 'service takes the name of one service, or --all')
  const all = name === undefined ? (await client.list(services, {namespace})).items : []
  const chosen = name === undefined ? all : [await client.get(services, {namespace, name})]
  const found = chosen.map((service) => ({
    namespace,
    name: service.metadata.name,
    urls: serviceUrls(service, urlOptions(invocation)),
  }))
  const [only] = chosen
  if (name !== undefined && only && found[0]?.urls.length === 0) throw withoutAddress(name, only)
  return found.filter(({urls}) => urls.length > 0)
}

const table = (found: readonly Found[]): string => {
  const rows = found.flatMap(({namespace, name, urls}) =>
    urls.map(({port, url}) => [namespace, name, port, url].join('\t')),
  )
  return alignTabs(`${['NAMESPACE\tNAME\tTARGET PORT\tURL', ...rows].join('\n')}\n`, tableTabs)
}

export const service = async (invocation: Asked): Promise<void> => {
  const {connect, io, flags: own} = invocation
  const {client, namespace} = await connect()
  const found = await findAll(invocation, client, namespace)
  const signal = AbortSignal.timeout(Math.max(0, own.wait) * 1000)
  for (const one of found) await untilReady(client, one, invocation, signal)
  const urls = found.flatMap((one) => one.urls.map(({url}) => url))
  if (own.url || own.format !== '') {
    io.out(urls.map((url) => `${url}\n`).join(''))
    return
  }
  io.out(table(found))
  const page = urls.find((url) => url.startsWith('http'))
  if (io.isTerminal.out && page !== undefined && (await openInBrowser(page, io.env)))
    io.err(`opened ${page} in the browser\n`)
}
