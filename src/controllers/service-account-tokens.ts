// Secrets of type service-account-token: filled with a token for the account they name, gone when the account is.
import {unlessReason} from '../api/errors.ts'
import {secrets, serviceAccounts} from '../api/resources.ts'
import type {AuthenticationTokenRequest, Secret, ServiceAccount} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../reconcile/contract.ts'
import {sendable} from './objects/status.ts'

const TYPE = 'kubernetes.io/service-account-token'
const NAME = 'kubernetes.io/service-account.name'
const UID = 'kubernetes.io/service-account.uid'
/** The longest that can be asked for, about 136 years: such tokens are meant to last. */
const LONGEST_SECONDS = 2 ** 32

const accountOf = ({type, metadata}: Cached<Secret>): string | undefined =>
  type === TYPE ? metadata.annotations?.[NAME] : undefined

const BY_ACCOUNT = 'account'
const keyOf = ({metadata}: Cached<Secret> | Cached<ServiceAccount>): string => `${metadata.namespace}/${metadata.name}`

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const serviceAccountTokens = (caPem: string): ControllerSpec => ({
  name: 'serviceaccount-token-controller',
  identity: 'tokens-controller',
  user: 'system:kube-controller-manager',
  watches: [
    watching({
      resource: secrets,
      toKeys: ({type, object}) => (type !== 'deleted' && accountOf(object) ? [keyOf(object)] : []),
      indexes: {
        [BY_ACCOUNT]: (secret: Cached<Secret>) => {
          const name = accountOf(secret)
          return name === undefined ? [] : [`${secret.metadata.namespace}/${name}`]
        },
      },
    }),
    watching({
      resource: serviceAccounts,
      toKeys: ({type, object}, {cache}) =>
        type === 'updated' ? [] : cache(secrets).byIndex(BY_ACCOUNT, keyOf(object)).map(keyOf),
    }),
  ],
  reconcile: async (key, context) => {
    const secret = context.cache(secrets).getByKey(key)
    const name = secret && accountOf(secret)
    if (!secret || !name || secret.metadata.deletionTimestamp) return
    const {namespace} = secret.metadata
    const known = context.cache(serviceAccounts).get({namespace, name})
    const account =
      known ?? (await context.client.get(serviceAccounts, {namespace, name}).catch(unlessReason('NotFound')))
    const wanted = secret.metadata.annotations?.[UID]
    if (!account || (wanted && wanted !== account.metadata.uid)) await remove(secret, context)
    else await fill(secret, account.metadata.uid, caPem, context)
  },
})

const remove = async ({metadata}: Cached<Secret>, {client}: ReconcileContext): Promise<void> => {
  const {namespace, name, uid} = metadata
  await client.delete(secrets, {namespace, name}, {preconditions: {uid}}).catch(unlessReason('NotFound', 'Conflict'))
}

const fill = async (secret: Cached<Secret>, uid: string, caPem: string, {client}: ReconcileContext): Promise<void> => {
  const {metadata, ...rest} = sendable(secret)
  const {namespace = ''} = metadata
  const data = rest.data ?? {}
  const isFilled = data.token && data['ca.crt'] && data.namespace && metadata.annotations?.[UID] === uid
  if (isFilled) return
  const token = data.token ?? base64(await requestToken(secret, client))
  await client.update(secrets, {
    ...rest,
    metadata: {...metadata, annotations: {...metadata.annotations, [UID]: uid}},
    data: {...data, token, 'ca.crt': base64(caPem), namespace: base64(namespace)},
    type: TYPE,
  })
}

const requestToken = async (secret: Cached<Secret>, client: ReconcileContext['client']): Promise<string> => {
  const {namespace, name, uid} = secret.metadata
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      audiences: [],
      expirationSeconds: LONGEST_SECONDS,
      boundObjectRef: {kind: 'Secret', apiVersion: 'v1', name, uid},
    },
  }
  const account = {namespace, name: accountOf(secret) ?? ''}
  const answer = await client.post<AuthenticationTokenRequest>(serviceAccounts, account, 'token', request)
  return answer.status?.token ?? ''
}
