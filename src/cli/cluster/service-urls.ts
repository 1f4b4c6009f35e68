// Where a service answers from this machine: its load balancer's address, else its cluster address, which is local here.
import type {Service, ServicePort} from '../../api/schema/types.gen.ts'

export interface ServiceUrl {
  /** Name and number of the port. */
  readonly port: string
  readonly url: string
}

export interface UrlOptions {
  /** `https` where it would be `http`. */
  readonly https?: boolean | undefined
  /** What becomes of an address; absent: a URL. */
  readonly format?: ((parts: {readonly IP: string; readonly Port: number; readonly Name: string}) => string) | undefined
}

const HTTPS_PORTS = [443, 6443, 8443]

/** TCP is taken for HTTP, as browsers and curl are what follows; the port's own words can say otherwise. */
const schemeOf = ({name = '', appProtocol = '', port, protocol = 'TCP'}: ServicePort): string => {
  if (protocol !== 'TCP') return protocol.toLowerCase()
  return /^https\b/.test(appProtocol) || /^https\b/.test(name) || HTTPS_PORTS.includes(port) ? 'https' : 'http'
}

const hostOf = ({spec, status}: Service): string | undefined => {
  const balancer = status?.loadBalancer?.ingress?.[0]
  const own = spec?.clusterIP && spec.clusterIP !== 'None' ? spec.clusterIP : undefined
  return balancer?.ip ?? balancer?.hostname ?? own
}

const portName = ({name, port}: ServicePort): string => (name ? `${name}/${port}` : String(port))

/** None: headless and external services have no address of their own. */
export const serviceUrls = (service: Service, {https = false, format}: UrlOptions = {}): ServiceUrl[] => {
  const host = hostOf(service)
  if (host === undefined) return []
  const address = host.includes(':') ? `[${host}]` : host
  return (service.spec?.ports ?? []).map((port) => {
    const found = schemeOf(port)
    const scheme = https && found === 'http' ? 'https' : found
    const url = format?.({IP: address, Port: port.port, Name: port.name ?? ''}) ?? `${scheme}://${address}:${port.port}`
    return {port: portName(port), url}
  })
}
