import type {Strategy} from '../../kind.ts'
import {dnsLabel, forPrefix} from '../../meta/names.ts'
import type {Namespace} from '../../schema/types.gen.ts'
import {keepStatus} from '../status.ts'

const nameLabel = 'kubernetes.io/metadata.name'
const finalizer = 'kubernetes'

export const namespaceStrategy: Strategy<Namespace> = {
  default: (namespace) => {
    const name = namespace.metadata?.name
    if (name && namespace.metadata) namespace.metadata.labels = {...namespace.metadata.labels, [nameLabel]: name}
    namespace.status ??= {}
    namespace.status.phase ||= 'Active'
  },
  validateName: forPrefix(dnsLabel),
  prepareForCreate: (namespace) => {
    namespace.status = {phase: 'Active'}
    const finalizers = namespace.spec?.finalizers ?? []
    if (!finalizers.includes(finalizer)) namespace.spec = {...namespace.spec, finalizers: [...finalizers, finalizer]}
  },
  prepareForUpdate: (namespace, old) => {
    namespace.spec = {...namespace.spec, finalizers: old.spec?.finalizers}
    keepStatus(namespace, old)
  },
  beginDelete: (namespace) => {
    namespace.status = {...namespace.status, phase: 'Terminating'}
  },
  holdsDeleted: ({spec}) => (spec?.finalizers?.length ?? 0) > 0,
}
