// IPAddress
import {ipAddresses} from '../../resources.ts'
import type {IPAddress} from '../../schema/types.gen.ts'
import {column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {ipAddressStrategy} from './class-and-address-rules.ts'

const parentCell = ({spec}: IPAddress): string => {
  const parent = spec?.parentRef
  if (!parent) return '<none>'
  const resource = parent.group ? `${parent.resource}.${parent.group}` : parent.resource
  return [resource.toLowerCase(), parent.namespace, parent.name].filter(Boolean).join('/')
}

export const ipAddressKind = defineKind<IPAddress>({
  resource: ipAddresses,
  strategy: ipAddressStrategy,
  columns: [nameColumn, column('ParentRef', parentCell, {doc: 'spec.parentRef'})],
})
