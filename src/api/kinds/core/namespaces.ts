// Namespace
import {namespaces} from '../../resources.ts'
import type {Namespace} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {namespaceStrategy} from './namespace-rules.ts'

export const namespaceKind = defineKind<Namespace>({
  resource: namespaces,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  strategy: namespaceStrategy,
  selectableFields: {'status.phase': ({status}) => status?.phase ?? ''},
  columns: [
    nameColumn,
    column('Status', ({status}) => status?.phase ?? '', {description: 'The status of the namespace'}),
    ageColumn,
  ],
  subresources: {
    finalize: {
      verbs: ['update'],
      prepareForUpdate: (namespace, old) => {
        namespace.status = old.status
      },
    },
    status: statusSubresource,
  },
})
