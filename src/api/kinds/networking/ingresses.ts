// Ingress
import {ingresses} from '../../resources.ts'
import type {Ingress} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {ingressStrategy, validateIngressStatus} from './ingress-rules.ts'

const hostsCell = ({spec}: Ingress): string => {
  const rules = spec?.rules ?? []
  const hosts = rules.flatMap(({host}) => (host ? [host] : []))
  if (hosts.length === 0) return '*'
  return hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${rules.length - 3} more...` : hosts.join(',')
}

const addressCell = ({status}: Ingress): string =>
  [...new Set((status?.loadBalancer?.ingress ?? []).map(({ip, hostname}) => ip || (hostname ?? '')))]
    .filter(Boolean)
    .sort()
    .join(',')

export const ingressKind = defineKind<Ingress>({
  resource: ingresses,
  strategy: ingressStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Class', ({spec}) => spec?.ingressClassName ?? '<none>', {
      description: 'The name of the IngressClass resource that should be used for additional configuration',
    }),
    column('Hosts', hostsCell, {
      description: 'Hosts that incoming requests are matched against before the ingress rule',
    }),
    column('Address', addressCell, {description: 'Address is a list containing ingress points for the load-balancer'}),
    column('Ports', ({spec}) => (spec?.tls?.length ? '80, 443' : '80'), {
      description: 'Ports of TLS configurations that open',
    }),
    ageColumn,
  ],
  subresources: {
    status: {...statusSubresource, validateUpdate: validateIngressStatus},
  },
})
