// Endpoints
import {endpoints} from '../../resources.ts'
import type {Endpoints} from '../../schema/types.gen.ts'
import {ageColumn, column, firstFew, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {endpointsStrategy} from './endpoints-rules.ts'

const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

const endpointsCell = ({subsets = []}: Endpoints): string => {
  if (subsets.length === 0) return '<none>'
  const all = subsets.flatMap(({addresses = [], ports = []}) =>
    ports.length === 0
      ? addresses.map(({ip}) => ip)
      : ports.flatMap(({port}) => addresses.map(({ip}) => hostPort(ip, port))),
  )
  return firstFew(all, 3)
}

export const endpointsKind = defineKind<Endpoints>({
  resource: endpoints,
  strategy: endpointsStrategy,
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: [nameColumn, column('Endpoints', (object) => endpointsCell(object), {doc: 'subsets'}), ageColumn],
})
