// Endpoints
import {endpoints} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const endpointsKind = defineKind({
  resource: endpoints,
  columns: [nameColumn, ageColumn],
})
