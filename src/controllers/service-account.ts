// Every namespace has a ServiceAccount `default`.
import {namespaces, serviceAccounts} from '../api/resources.ts'
import {type ControllerSpec, watching} from '../reconcile/contract.ts'
import {unlessThereOrGoing} from './objects/namespace-going.ts'

const NAME = 'default'

export const serviceAccountController: ControllerSpec = {
  name: 'serviceaccount-controller',
  identity: 'service-account-controller',
  watches: [
    watching({resource: namespaces}),
    watching({
      resource: serviceAccounts,
      toKeys: ({type, object: {metadata}}) =>
        type === 'deleted' && metadata.name === NAME && metadata.namespace ? [metadata.namespace] : [],
    }),
  ],
  reconcile: async (namespace, {cache, client}) => {
    const owner = cache(namespaces).getByKey(namespace)
    if (!owner || owner.metadata.deletionTimestamp !== undefined || owner.status?.phase === 'Terminating') return
    if (cache(serviceAccounts).get({namespace, name: NAME})) return
    await client.create(serviceAccounts, {metadata: {namespace, name: NAME}}).catch(unlessThereOrGoing)
  },
}
