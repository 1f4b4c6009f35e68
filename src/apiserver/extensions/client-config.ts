// Where a webhook or an aggregated API is: a URL, or a Service whose endpoints are asked directly.
import type {DeepReadonly} from '../../api/object.ts'
import {endpointSlices, services} from '../../api/resources.ts'
import type {AdmissionContext} from '../admission/contract.ts'

export interface ServiceAt {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly port?: number | undefined
  readonly path?: string | undefined
}

export interface ClientConfig {
  readonly url?: string | undefined
  readonly service?: ServiceAt | undefined
  readonly caBundle?: string | undefined
}

export interface Destination {
  /** What is really connected to. */
  readonly host: string
  readonly port: number
  readonly serverName: string
  /** The Host header. */
  readonly authority: string
  readonly path: string
  readonly ca: string | undefined
}

const usualPort = 443

/** Address and port of somebody who serves the service. Throws Error with the words of the real server. */
export const serviceAddress = (
  {namespace = '', name = '', port = usualPort}: ServiceAt,
  context: AdmissionContext,
): {readonly host: string; readonly port: number} => {
  const service = context.get(services, {namespace, name})
  if (!service) throw new Error(`service "${name}" not found`)
  const {spec} = service
  if (spec?.type === 'ExternalName') return {host: spec.externalName ?? '', port}
  const wanted = spec?.ports?.find((candidate) => candidate.port === port)
  if (!wanted) throw new Error(`no service port ${port} found for service "${name}"`)
  for (const slice of context.list(endpointSlices, namespace)) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue
    const target = slice.ports?.find((candidate) => (candidate.name ?? '') === (wanted.name ?? ''))
    const endpoint = slice.endpoints?.find(({conditions}) => conditions?.ready !== false)
    const host = endpoint?.addresses[0]
    if (host !== undefined && target?.port !== undefined) return {host, port: target.port}
  }
  throw new Error(`no endpoints available for service "${name}"`)
}

const decoded = (bundle: string | undefined): string | undefined =>
  bundle ? Buffer.from(bundle, 'base64').toString('utf8') : undefined

const serverNameOf = ({name, namespace}: DeepReadonly<ServiceAt>): string => `${name}.${namespace}.svc`

/** As messages name it: a Service always with its port. */
export const shownUrl = ({url, service}: DeepReadonly<ClientConfig>): string =>
  service ? `https://${serverNameOf(service)}:${service.port ?? usualPort}${service.path || '/'}` : (url ?? '')

/** Throws Error where the service cannot be found or nobody serves it. */
export const destinationOf = (config: DeepReadonly<ClientConfig>, context: AdmissionContext): Destination => {
  const ca = decoded(config.caBundle)
  const url = new URL(shownUrl(config))
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const target = config.service ? serviceAddress(config.service, context) : {host, port: Number(url.port || usualPort)}
  return {...target, serverName: host, authority: url.host, path: url.pathname + url.search, ca}
}
