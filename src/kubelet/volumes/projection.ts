// ConfigMaps, Secrets, the downward API and tokens as files.
import type {DeepReadonly} from '../../api/object.ts'
import {serviceAccounts} from '../../api/resources.ts'
import type {ConfigMap, DownwardAPIVolumeFile, KeyToPath, Secret, VolumeProjection} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {ConfigSource} from '../containers/env.ts'
import {type FieldSources, fieldText, resourceText} from '../containers/field-ref.ts'
import {containersOf, initContainersOf, type ThePod} from '../pods/types.ts'
import type {VolumeFile} from './atomic-files.ts'

type Items = DeepReadonly<KeyToPath[]> | undefined

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** Everything, or the listed keys under their own names. */
const pick = (
  data: Readonly<Record<string, Uint8Array>>,
  items: Items,
  mode: number,
  what: string,
  optional: boolean,
): VolumeFile[] => {
  if (!items?.length) return Object.entries(data).map(([path, content]) => ({path, content, mode}))
  return items.flatMap(({key, mode: own, path}) => {
    const content = data[key]
    if (content) return [{path, content, mode: own ?? mode}]
    if (optional) return []
    throw new Error(`${what} references non-existent config key: ${key}`)
  })
}

export const configMapData = ({binaryData, data}: DeepReadonly<ConfigMap>): Record<string, Uint8Array> => ({
  ...Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, bytes(value)])),
  ...Object.fromEntries(Object.entries(binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')])),
})

export const secretData = ({data}: DeepReadonly<Secret>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]))

export interface ProjectionContext {
  readonly pod: ThePod
  readonly client: ApiClient
  readonly source: ConfigSource
  readonly fields: FieldSources
  readonly signal: AbortSignal
}

export const configMapFiles = async (
  {pod, source}: ProjectionContext,
  {items, name, optional}: {items?: Items; name?: string | undefined; optional?: boolean | undefined},
  mode: number,
): Promise<VolumeFile[]> => {
  const found = await source.configMap(pod.metadata.namespace ?? '', name ?? '')
  if (!found && !optional) throw new Error(`configmap "${name}" not found`)
  return found ? pick(configMapData(found), items, mode, 'configmap', optional ?? false) : []
}

export const secretFiles = async (
  {pod, source}: ProjectionContext,
  {items, name, optional}: {items?: Items; name?: string | undefined; optional?: boolean | undefined},
  mode: number,
): Promise<VolumeFile[]> => {
  const found = await source.secret(pod.metadata.namespace ?? '', name ?? '')
  if (!found && !optional) throw new Error(`secret "${name}" not found`)
  return found ? pick(secretData(found), items, mode, 'secret', optional ?? false) : []
}

export const downwardFiles = (
  {fields, pod}: ProjectionContext,
  items: DeepReadonly<DownwardAPIVolumeFile[]>,
  mode: number,
): VolumeFile[] =>
  items.map(({fieldRef, mode: own, path, resourceFieldRef}) => {
    const containers = [...containersOf(pod), ...initContainersOf(pod)]
    const text = fieldRef
      ? fieldText(pod, fieldRef, fields)
      : resourceFieldRef
        ? resourceText(containers, containers[0] ?? {name: ''}, resourceFieldRef, fields)
        : ''
    return {path, content: bytes(text), mode: own ?? mode}
  })

/** Tokens are renewed when most of their time is over. */
export class Tokens {
  readonly #tokens = new Map<string, {token: string; renewAtMs: number}>()
  async get(
    {client, pod, signal}: ProjectionContext,
    audience: string,
    expirationSeconds: number,
    nowMs: number,
  ): Promise<string> {
    const key = `${pod.metadata.uid}/${audience}/${expirationSeconds}`
    const known = this.#tokens.get(key)
    if (known && known.renewAtMs > nowMs) return known.token
    const {name, namespace, uid} = pod.metadata
    const answer = await client.post<{status?: {token?: string}}>(
      serviceAccounts,
      {namespace, name: pod.spec?.serviceAccountName ?? 'default'},
      'token',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience ? [audience] : [],
          expirationSeconds,
          boundObjectRef: {kind: 'Pod', apiVersion: 'v1', name, uid},
        },
      },
      {signal},
    )
    const token = answer.status?.token ?? ''
    this.#tokens.set(key, {token, renewAtMs: nowMs + expirationSeconds * 800})
    return token
  }
  forget(uid: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(`${uid}/`)) this.#tokens.delete(key)
  }
}

export const projectedFiles = async (
  context: ProjectionContext,
  sources: DeepReadonly<VolumeProjection[]>,
  mode: number,
  tokens: Tokens,
  nowMs: number,
): Promise<VolumeFile[]> => {
  const files: VolumeFile[] = []
  for (const {clusterTrustBundle, configMap, downwardAPI, podCertificate, secret, serviceAccountToken} of sources) {
    // Their API groups are beta and off, as they are in Kubernetes' own default.
    if (clusterTrustBundle) throw new Error('ClusterTrustBundle projection is not supported by this cluster')
    if (podCertificate) throw new Error('PodCertificate projection is not supported by this cluster')
    if (configMap) files.push(...(await configMapFiles(context, configMap, mode)))
    if (secret) files.push(...(await secretFiles(context, secret, mode)))
    if (downwardAPI) files.push(...downwardFiles(context, downwardAPI.items ?? [], mode))
    if (serviceAccountToken) {
      const {audience = '', expirationSeconds = 3600, path} = serviceAccountToken
      files.push({
        path,
        content: bytes(await tokens.get(context, audience, expirationSeconds, nowMs)),
        mode: tokenMode(context, mode),
      })
    }
  }
  const byPath = new Map(files.map((file) => [file.path, file]))
  return [...byPath.values()]
}

/** Readable for whoever the containers run as: a group of their own, or everybody when they are not root. */
const tokenMode = ({pod}: ProjectionContext, mode: number): number =>
  pod.spec?.securityContext?.fsGroup !== undefined ? 0o640 : mode
