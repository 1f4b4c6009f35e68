// Service
import {services} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const serviceKind = defineKind({
  resource: services,
  columns: [nameColumn, ageColumn],
  subresources: {
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      speaks: {group: '', version: 'v1', kind: 'ServiceProxyOptions'},
    },
    status: {verbs: ['get', 'patch', 'update']},
  },
})
