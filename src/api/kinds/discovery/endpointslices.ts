// EndpointSlice
import {endpointSlices} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const endpointSliceKind = defineKind({
  resource: endpointSlices,
  columns: [nameColumn, ageColumn],
})
