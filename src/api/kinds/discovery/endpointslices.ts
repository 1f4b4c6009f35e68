// EndpointSlice

import {endpointSlices} from '../../resources.ts'
import type {EndpointSlice} from '../../schema/types.gen.ts'
import {ageColumn, column, firstFew, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {endpointSliceStrategy} from './endpointslice-rules.ts'

export const endpointSliceKind = defineKind<EndpointSlice>({
  resource: endpointSlices,
  strategy: endpointSliceStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('AddressType', ({addressType}) => addressType, {doc: 'addressType'}),
    column(
      'Ports',
      ({ports}) =>
        firstFew(
          (ports ?? []).map(({port, name}) => String(port ?? name ?? '*')),
          3,
        ) || '<unset>',
      {doc: 'ports'},
    ),
    column(
      'Endpoints',
      ({endpoints}) =>
        firstFew(
          (endpoints ?? []).flatMap(({addresses}) => addresses),
          3,
        ) || '<unset>',
      {doc: 'endpoints'},
    ),
    ageColumn,
  ],
})
