// Bootstrap tokens (`abcdef.0123456789abcdef`): secrets of kube-system with which nodes introduce themselves.
import {timingSafeEqual} from 'node:crypto'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {secrets} from '../../api/resources.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Store} from '../../store/contract.ts'
import {objectKey} from '../registry/keys.ts'
import type {Objects} from '../registry/objects.ts'

interface Sources {
  readonly store: Store
  readonly objects: Objects
  readonly clock: Clock
}

type Secret = DeepReadonly<KubeObject & {type?: string; data?: Record<string, string>}>

const isEqual = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export const bootstrapUser = (token: string, {store, objects, clock}: Sources): UserInfo | undefined => {
  const [, id = '', word = ''] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token) ?? []
  if (id === '') return undefined
  const entry = store.get(objectKey(secrets, 'kube-system', `bootstrap-token-${id}`))
  if (!entry) return undefined
  const secret = objects.stored(entry) as unknown as Secret
  const field = (name: string): string => Buffer.from(secret.data?.[name] ?? '', 'base64').toString('utf8')
  if (secret.type !== 'bootstrap.kubernetes.io/token' || secret.metadata?.deletionTimestamp) return undefined
  if (field('token-id') !== id || !isEqual(field('token-secret'), word)) return undefined
  const expiration = field('expiration')
  if (expiration !== '' && !(Date.parse(expiration) > clock.now())) return undefined
  if (field('usage-bootstrap-authentication') !== 'true') return undefined
  const extra = field('auth-extra-groups')
    .split(',')
    .filter((group) => group.startsWith('system:bootstrappers:'))
  return {name: `system:bootstrap:${id}`, groups: ['system:bootstrappers', ...extra, 'system:authenticated']}
}
