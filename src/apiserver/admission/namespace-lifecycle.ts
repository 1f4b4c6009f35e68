// Nothing is created in a namespace that is not there or is going; some namespaces never go.
import {namespaces} from '../../api/resources.ts'
import {notFound} from '../errors.ts'
import type {AdmissionStep} from './contract.ts'
import {forbidden, resourceOf} from './refuse.ts'

const everlasting = ['default', 'kube-system', 'kube-public']

export const namespaceLifecycle: AdmissionStep = {
  name: 'NamespaceLifecycle',
  handles: ({operation}) => operation !== 'CONNECT',
  mutate(request, context) {
    const {operation, kind, namespace, name} = request
    if (resourceOf(request) === 'namespaces') {
      if (operation === 'DELETE' && everlasting.includes(name))
        throw forbidden(request, 'this namespace may not be deleted')
      return
    }
    if (!kind.resource.namespaced || namespace === undefined || operation === 'DELETE') return
    if (resourceOf(request) === 'localsubjectaccessreviews.authorization.k8s.io') return
    const home = context.get(namespaces, {name: namespace})
    if (!home) throw notFound(namespaces, namespace)
    if (operation === 'CREATE' && request.subresource === undefined && home.status?.phase === 'Terminating')
      throw forbidden(
        request,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
        [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      )
  },
}
