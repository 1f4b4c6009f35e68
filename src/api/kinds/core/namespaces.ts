// Namespace
import {namespaces} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const namespaceKind = defineKind({
  resource: namespaces,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [nameColumn, ageColumn],
  subresources: {
    finalize: {verbs: ['update']},
    status: {verbs: ['get', 'patch', 'update']},
  },
})
