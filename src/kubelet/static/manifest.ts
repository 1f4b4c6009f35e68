// From a manifest file to the pod that runs without the API server having asked for it. Pure.
import {createHash} from 'node:crypto'
import {load} from 'js-yaml'
import {FieldErrors} from '../../api/field-errors.ts'
import {podKind} from '../../api/kinds/core/pods.ts'
import {formatTime} from '../../api/meta/time.ts'
import {decode, identify, parseBody} from '../../api/schema/decode.ts'
import {applyDefaults} from '../../api/schema/defaults.ts'
import type {Container, Pod, Volume} from '../../api/schema/types.gen.ts'
import type {ThePod} from '../pods/types.ts'

export const configAnnotations = {
  hash: 'kubernetes.io/config.hash',
  seen: 'kubernetes.io/config.seen',
  source: 'kubernetes.io/config.source',
  mirror: 'kubernetes.io/config.mirror',
} as const

export interface ManifestFile {
  readonly path: string
  readonly text: string
}

const referenceKinds: readonly (keyof Volume)[] = ['configMap', 'secret', 'persistentVolumeClaim', 'ephemeral']

const refersInVolume = (volume: Volume): boolean =>
  referenceKinds.some((kind) => volume[kind]) ||
  (volume.projected?.sources ?? []).some(
    ({clusterTrustBundle, configMap, secret, serviceAccountToken}) =>
      clusterTrustBundle ?? configMap ?? secret ?? serviceAccountToken,
  )

const refersInContainer = ({env = [], envFrom = []}: Container): boolean =>
  envFrom.length > 0 || env.some(({valueFrom}) => valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef)

/** What would need the API server to start it: such a pod could not run before there is one. */
const forbiddenReference = ({spec}: Pod): string | undefined => {
  if (spec?.serviceAccountName) return 'service accounts'
  if (spec?.resourceClaims?.length) return 'resource claims'
  if ((spec?.volumes ?? []).some(refersInVolume)) return 'API objects in volumes'
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  return containers.some(refersInContainer) ? 'API objects in environment variables' : undefined
}

const decodePod = ({path, text}: ManifestFile): Pod => {
  const body = parseBody(JSON.stringify(load(text) ?? null))
  const {apiVersion, kind} = identify(body.value)
  if (apiVersion !== 'v1' || kind !== 'Pod')
    throw new Error(`${path}: is ${apiVersion || '?'} ${kind || '?'}, not v1 Pod`)
  const {object} = decode<Pod>(body, podKind.schema)
  return object
}

const check = (pod: Pod, path: string): void => {
  const errors = new FieldErrors()
  podKind.strategy.validate?.(pod, errors)
  const [first] = errors.list
  if (first) throw new Error(`${path}: invalid pod: ${first.field}: ${first.message}`)
  const reference = forbiddenReference(pod)
  if (reference) throw new Error(`${path}: static pods may not reference ${reference}`)
}

/** The node's name is part of a static pod's: every node may have the same file. Throws where the file is no pod. */
export const staticPod = (file: ManifestFile, nodeName: string, nowMs: number): ThePod => {
  const pod = decodePod(file)
  const metadata = (pod.metadata ??= {})
  metadata.uid ||= createHash('md5')
    .update(`${nodeName}\n${file.path}\n${JSON.stringify(pod)}`)
    .digest('hex')
  const {uid} = metadata
  metadata.name = `${metadata.name ?? ''}-${nodeName}`.toLowerCase()
  metadata.namespace ||= 'default'
  metadata.annotations = {
    ...metadata.annotations,
    [configAnnotations.hash]: uid,
    [configAnnotations.seen]: formatTime(nowMs),
    [configAnnotations.source]: 'file',
  }
  applyDefaults(pod, podKind.schema)
  podKind.strategy.default?.(pod)
  check(pod, file.path)
  const spec = (pod.spec ??= {containers: []})
  spec.nodeName = nodeName
  spec.tolerations = [...(spec.tolerations ?? []), {operator: 'Exists', effect: 'NoExecute'}]
  return {
    ...pod,
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: metadata.name,
      uid,
      resourceVersion: '',
      creationTimestamp: formatTime(nowMs),
      generation: 1,
    },
  }
}

/** What the API server is shown of it. */
export const mirrorOf = ({metadata, spec}: ThePod, node: {readonly name: string; readonly uid: string}): Pod => ({
  metadata: {
    name: metadata.name,
    namespace: metadata.namespace,
    labels: {...metadata.labels},
    annotations: {...metadata.annotations, [configAnnotations.mirror]: hashOf(metadata.annotations)},
    ownerReferences: [{apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid, controller: true}],
  },
  spec: structuredClone(spec) as NonNullable<Pod['spec']>,
})

const hashOf = (annotations: Readonly<Record<string, string>> | undefined): string =>
  annotations?.[configAnnotations.hash] ?? ''

export const isMirror = ({metadata}: ThePod): boolean => metadata.annotations?.[configAnnotations.mirror] !== undefined

export const mirrors = (mirror: ThePod, pod: ThePod): boolean =>
  mirror.metadata.annotations?.[configAnnotations.mirror] === hashOf(pod.metadata.annotations)
