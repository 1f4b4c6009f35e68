// Namespace

import {namespaces} from '../../resources.ts'
import type {Namespace} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const namespaceKind = defineKind<Namespace>({
  resource: namespaces,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [
    nameColumn,
    column('Status', ({status}) => status?.phase ?? '', {description: 'The status of the namespace'}),
    ageColumn,
  ],
  subresources: {
    finalize: {verbs: ['update']},
    status: {verbs: ['get', 'patch', 'update']},
  },
})
