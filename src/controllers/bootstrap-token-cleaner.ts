// Bootstrap tokens are deleted when their time is up.
import {unlessReason} from '../api/errors.ts'
import {secrets} from '../api/resources.ts'
import {type ControllerSpec, type Result, watching} from '../reconcile/contract.ts'
import {timeMs} from './objects/times.ts'

const TYPE = 'bootstrap.kubernetes.io/token'
const NAMESPACE = 'kube-system'

export const bootstrapTokenCleaner: ControllerSpec = {
  name: 'token-cleaner-controller',
  identity: 'token-cleaner',
  watches: [
    watching({
      resource: secrets,
      toKeys: ({object: {type, metadata}}) =>
        type === TYPE && metadata.namespace === NAMESPACE ? [`${metadata.namespace}/${metadata.name}`] : [],
    }),
  ],
  reconcile: async (key, {cache, client, clock}): Promise<Result> => {
    const secret = cache(secrets).getByKey(key)
    const expiration = Buffer.from(secret?.data?.expiration ?? '', 'base64').toString('utf8')
    const endMs = timeMs(expiration)
    if (!secret || expiration === '') return
    if (endMs > clock.now()) return {requeueAfterMs: endMs - clock.now()}
    const {namespace, name, uid} = secret.metadata
    await client.delete(secrets, {namespace, name}, {preconditions: {uid}}).catch(unlessReason('NotFound', 'Conflict'))
    return
  },
}
