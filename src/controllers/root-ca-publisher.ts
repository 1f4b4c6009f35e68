// Every namespace has the certificate authority of the API server in a ConfigMap, for pods to trust.
import {configMaps, namespaces} from '../api/resources.ts'
import {type ControllerSpec, watching} from '../reconcile/contract.ts'
import {unlessThereOrGoing} from './objects/namespace-going.ts'
import {sendable} from './objects/status.ts'

const NAME = 'kube-root-ca.crt'
const DESCRIPTION = 'kubernetes.io/description'
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

export const rootCaPublisher = (caPem: string): ControllerSpec => ({
  name: 'root-ca-certificate-publisher-controller',
  identity: 'root-ca-cert-publisher',
  watches: [
    watching({resource: namespaces}),
    watching({
      resource: configMaps,
      toKeys: ({object: {metadata}}) => (metadata.name === NAME && metadata.namespace ? [metadata.namespace] : []),
    }),
  ],
  reconcile: async (namespace, {cache, client}) => {
    const owner = cache(namespaces).getByKey(namespace)
    if (!owner || owner.metadata.deletionTimestamp !== undefined || owner.status?.phase === 'Terminating') return
    const current = cache(configMaps).get({namespace, name: NAME})
    const annotations = {[DESCRIPTION]: description}
    const data = {'ca.crt': caPem}
    if (!current) {
      await client.create(configMaps, {metadata: {namespace, name: NAME, annotations}, data}).catch(unlessThereOrGoing)
      return
    }
    const isRight =
      current.data?.['ca.crt'] === caPem &&
      Object.keys(current.data).length === 1 &&
      current.metadata.annotations?.[DESCRIPTION] === description
    if (isRight) return
    const {metadata, ...rest} = sendable(current)
    await client.update(configMaps, {
      ...rest,
      metadata: {...metadata, annotations: {...metadata.annotations, ...annotations}},
      data,
    })
  },
})
