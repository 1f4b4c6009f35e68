// Namespace

import type {Strategy} from '../../kind.ts'
import {namespaces} from '../../resources.ts'
import type {Namespace} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'
const FINALIZER = 'kubernetes'

/** Every namespace can be selected by its name. */
const labelByName = ({metadata}: Namespace): void => {
  if (metadata?.name) metadata.labels = {...metadata.labels, [NAME_LABEL]: metadata.name}
}

const strategy: Strategy<Namespace> = {
  default: labelByName,
  prepareForCreate: (namespace) => {
    labelByName(namespace)
    const finalizers = namespace.spec?.finalizers ?? []
    if (!finalizers.includes(FINALIZER)) namespace.spec = {...namespace.spec, finalizers: [...finalizers, FINALIZER]}
    namespace.status = {phase: 'Active'}
  },
  // Only the subresources change these.
  prepareForUpdate: (namespace, old) => {
    namespace.spec = {...namespace.spec, finalizers: old.spec?.finalizers}
    namespace.status = old.status
  },
  beginDelete: (namespace) => {
    namespace.status = {...namespace.status, phase: 'Terminating'}
  },
  holdsDeleted: ({spec}) => (spec?.finalizers?.length ?? 0) > 0,
}

export const namespaceKind = defineKind<Namespace>({
  resource: namespaces,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [
    nameColumn,
    column('Status', ({status}) => status?.phase ?? '', {description: 'The status of the namespace'}),
    ageColumn,
  ],
  strategy,
  subresources: {
    finalize: {
      verbs: ['update'],
      prepareForUpdate: (namespace, old) => {
        namespace.status = old.status
      },
    },
    status: {verbs: ['get', 'patch', 'update']},
  },
})
