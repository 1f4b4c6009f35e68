// Service
import {services} from '../../resources.ts'
import type {Service} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, wideColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {labelsCell} from '../selector-text.ts'
import {serviceStatusSubresource, serviceStrategy} from './service-rules.ts'

const externalAddress = ({spec, status}: Service): string => {
  const external = spec?.externalIPs ?? []
  switch (spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>'
    case 'LoadBalancer': {
      const given = (status?.loadBalancer?.ingress ?? []).map(({ip, hostname}) => ip || (hostname ?? ''))
      return [...[...new Set(given.filter(Boolean))].sort(), ...external].join(',') || '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

const portsCell = ({spec}: Service): string =>
  (spec?.ports ?? [])
    .map(({port, nodePort, protocol}) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? ''}`)
    .join(',') || '<none>'

export const serviceKind = defineKind<Service>({
  resource: services,
  strategy: serviceStrategy,
  selectableFields: {
    'spec.clusterIP': ({spec}) => spec?.clusterIP ?? '',
    'spec.type': ({spec}) => spec?.type ?? '',
  },
  columns: [
    nameColumn,
    column('Type', ({spec}) => spec?.type ?? '', {doc: 'spec.type'}),
    column('Cluster-IP', ({spec}) => spec?.clusterIPs?.[0] ?? '<none>', {doc: 'spec.clusterIP'}),
    column('External-IP', externalAddress, {doc: 'spec.externalIPs'}),
    column('Port(s)', portsCell, {doc: 'spec.ports'}),
    ageColumn,
    wideColumn('Selector', ({spec}) => labelsCell(spec?.selector), {doc: 'spec.selector'}),
  ],
  subresources: {
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      speaks: {group: '', version: 'v1', kind: 'ServiceProxyOptions'},
    },
    status: serviceStatusSubresource,
  },
})
