// Where a service answers from this machine: its load balancer's address, else its cluster address, which is local here.
import type {Service} from '../../api/schema/types.gen.ts'

/** Ports that speak HTTP, as far as a name or number tells. */
const schemeOf = (name: string | undefined, port: number): string => {
  if (name?.startsWith('https') || port === 443 || port === 8443) return 'https'
  return name?.startsWith('http') || [80, 3000, 8000, 8080].includes(port) ? 'http' : 'tcp'
}

export const serviceUrls = ({spec, status}: Service): string[] => {
  const balancer = status?.loadBalancer?.ingress?.[0]
  const host = balancer?.ip ?? balancer?.hostname ?? (spec?.clusterIP === 'None' ? undefined : spec?.clusterIP)
  if (!host) return []
  return (spec?.ports ?? []).map(({name, port, protocol}) => {
    const address = host.includes(':') ? `[${host}]` : host
    return protocol === 'UDP' ? `udp://${address}:${port}` : `${schemeOf(name, port)}://${address}:${port}`
  })
}
