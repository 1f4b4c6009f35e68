// The first start writes what every cluster holds, in one commit; later starts bring the address of the server up to
// date and leave everything else to its owners.
import {randomUUID} from 'node:crypto'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {apiVersionOf} from '../../api/resource.ts'
import type {Backend} from '../backend.ts'
import {keyFor} from '../registry/commit.ts'
import {encode} from '../registry/objects.ts'
import {timestamp} from '../timestamp.ts'
import {bootstrapManifests} from './manifests.ts'
import {type NetworkOptions, networkObjects} from './network.ts'

export interface BootstrapOptions extends Omit<NetworkOptions, 'now'> {
  readonly caCertificate: string | undefined
}

const authentication = (caCertificate: string): KubeObject & {data: Record<string, string>} => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {name: 'extension-apiserver-authentication', namespace: 'kube-system'},
  data: {
    'client-ca-file': caCertificate,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': caCertificate,
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-uid-headers': '["X-Remote-Uid"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  },
})

const tokenTracking = (now: string): KubeObject & {data: Record<string, string>} => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system'},
  data: {since: now.slice(0, 10)},
})

const kindOf = (backend: Backend): ((object: KubeObject) => Kind) => {
  const kinds = new Map(
    backend.kinds.all().map((kind) => [`${apiVersionOf(kind.resource)}/${kind.resource.kind}`, kind]),
  )
  return ({apiVersion, kind}) => {
    const found = kinds.get(`${apiVersion}/${kind}`)
    if (!found) throw new Error(`a bootstrap object is of the unknown kind ${apiVersion}/${kind}`)
    return found
  }
}

const write = async (backend: Backend, kind: Kind, object: KubeObject, now: string): Promise<void> => {
  const {name = '', namespace, ...metadata} = object.metadata ?? {}
  await backend.store.create(keyFor(kind, namespace ?? '', name), (revision) =>
    encode({
      ...object,
      metadata: {
        name,
        ...(namespace ? {namespace} : {}),
        uid: randomUUID(),
        resourceVersion: String(revision),
        ...(kind.strategy.generation === false ? {} : {generation: 1}),
        creationTimestamp: now,
        ...metadata,
      },
    }),
  )
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** The server may have another port than last time. */
const refresh = async (backend: Backend, kind: Kind, wanted: KubeObject): Promise<void> => {
  const {name = '', namespace = ''} = wanted.metadata ?? {}
  const entry = backend.store.get(keyFor(kind, namespace, name))
  if (!entry) return
  const {
    apiVersion: _apiVersion,
    kind: _kind,
    metadata: _metadata,
    status: _status,
    ...parts
  } = wanted as KubeObject & {
    status?: unknown
  }
  const current = backend.objects.stored(entry)
  const next = {...current, ...parts} as unknown as KubeObject
  if (isSame(current, next)) return
  await backend.store.update(
    entry.key,
    (revision) => encode({...next, metadata: {...next.metadata, resourceVersion: String(revision)}}),
    entry.revision,
  )
}

const followsServer: ReadonlySet<string> = new Set(['Service', 'Endpoints', 'EndpointSlice', 'ServiceCIDR'])

export const bootstrap = async (backend: Backend, options: BootstrapOptions): Promise<void> => {
  const kindFor = kindOf(backend)
  const now = timestamp(backend.clock.now())
  const network = networkObjects({...options, now})
  const [first] = network
  if (first && backend.store.get(keyFor(kindFor(first), 'default', 'kubernetes'))) {
    const following = network.filter(({kind = ''}) => followsServer.has(kind))
    await Promise.all(following.map((object) => refresh(backend, kindFor(object), object)))
    return
  }
  const objects = [
    ...(await bootstrapManifests()),
    ...network,
    ...(options.caCertificate ? [authentication(options.caCertificate)] : []),
    tokenTracking(now),
  ]
  await Promise.all(objects.map((object) => write(backend, kindFor(object), object, now)))
}
