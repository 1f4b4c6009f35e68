// Node
import {nodes} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const nodeKind = defineKind({
  resource: nodes,
  columns: [nameColumn, ageColumn],
  subresources: {
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      speaks: {group: '', version: 'v1', kind: 'NodeProxyOptions'},
    },
    status: {verbs: ['get', 'patch', 'update']},
  },
})
