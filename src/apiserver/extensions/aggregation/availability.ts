// Whether an aggregated API can be reached: its Service, somebody behind it, and an answer to what it must serve.
import type {IncomingMessage} from 'node:http'
import type {DeepReadonly} from '../../../api/object.ts'
import {endpointSlices, services} from '../../../api/resources.ts'
import type {ServicePort} from '../../../api/schema/types.gen.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {RemoteConnection, StoredService} from './connection.ts'

export interface Availability {
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
  /** Its list of resources, when it answered. */
  readonly resources?: unknown
}

const lacking = (reason: string, message: string): Availability => ({status: 'False', reason, message})

const usualPort = 443
const discoveryMs = 6000

/** What the cluster says of the service, before anybody is asked. */
const checkService = ({spec}: StoredService, context: AdmissionContext): Availability | undefined => {
  const {name = '', namespace = '', port = usualPort} = spec?.service ?? {}
  const where = `service/${name} in ${JSON.stringify(namespace)}`
  const service = context.get(services, {namespace, name})
  if (!service) return lacking('ServiceNotFound', `${where} is not present`)
  if ((service.spec?.type ?? 'ClusterIP') !== 'ClusterIP') return undefined
  const found = service.spec?.ports?.find((candidate) => candidate.port === port)
  if (!found) return lacking('ServicePortError', `${where} is not listening on port ${port}`)
  return checkEndpoints(name, namespace, found, context)
}

const checkEndpoints = (
  name: string,
  namespace: string,
  port: DeepReadonly<ServicePort>,
  context: AdmissionContext,
): Availability | undefined => {
  const where = `service/${name} in ${JSON.stringify(namespace)}`
  const slices = context
    .list(endpointSlices, namespace)
    .filter(({metadata}) => metadata.labels?.['kubernetes.io/service-name'] === name)
  if (slices.length === 0) return lacking('EndpointsNotFound', `cannot find endpointslices for ${where}`)
  const portName = port.name ?? ''
  const isActive = slices.some(
    ({ports, endpoints}) =>
      ports?.some((candidate) => (candidate.name ?? '') === portName) &&
      endpoints?.some(({conditions}) => conditions?.ready !== false),
  )
  return isActive
    ? undefined
    : lacking('MissingEndpoints', `endpoints for ${where} have no addresses with port name ${JSON.stringify(portName)}`)
}

const textOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const why = (error: unknown, host: string, port: number): string => {
  const {code, message} = error as {code?: string; message: string}
  if (code === 'ECONNREFUSED') return `dial tcp ${host}:${port}: connect: connection refused`
  if (/self.signed|unable to (verify|get)/i.test(message))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  return message
}

const aggregator = {name: 'system:kube-aggregator', groups: ['system:masters']}

const askDiscovery = async (service: StoredService, connection: RemoteConnection): Promise<Availability> => {
  const {group = '', version = ''} = service.spec ?? {}
  const path = `/apis/${group}/${version}`
  const {host, port} = connection.address(service)
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
  const signal = AbortSignal.timeout(discoveryMs)
  const request = {method: 'GET', url: path, headers: {accept: 'application/json'}, signal}
  try {
    const answer = await connection.send(service, request, aggregator)
    const text = await textOf(answer)
    const code = answer.statusCode ?? 0
    if (code < 200 || code >= 300)
      return lacking('FailedDiscoveryCheck', `failing or missing response from ${url}: bad status from ${url}: ${code}`)
    return {status: 'True', reason: 'Passed', message: 'all checks passed', resources: JSON.parse(text) as unknown}
  } catch (error) {
    if (signal.aborted) return lacking('FailedDiscoveryCheck', `timed out waiting for ${url}`)
    return lacking(
      'FailedDiscoveryCheck',
      `failing or missing response from ${url}: Get "${url}": ${why(error, host, port)}`,
    )
  }
}

export const availabilityOf = async (
  service: StoredService,
  connection: RemoteConnection,
  context: AdmissionContext,
): Promise<Availability> => {
  const problem = checkService(service, context)
  if (problem) return problem
  try {
    return await askDiscovery(service, connection)
  } catch (error) {
    return lacking('FailedDiscoveryCheck', error instanceof Error ? error.message : String(error))
  }
}
