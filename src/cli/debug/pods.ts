// The pods debugging makes: a changed copy of a pod, and a pod in the namespaces of a node.
import {copyOf, listAt, mapAt, nameOf, namespaceOf, type Obj} from '../objects.ts'
import type {Debug} from './check.ts'
import {changedContainer, customized, debugContainer} from './container.ts'
import {customProfile} from './custom-profile.ts'

/** It is the profile that leaves things out: only new images, and the profile of old, leave the copy as it was. */
const keepsAll = ({flags: own}: Debug, debugName: string): boolean => debugName === '' || own.profile === 'legacy'

const kept = ({flags: own}: Debug, container: Obj): Obj => {
  const copy = {...container}
  if (!own['keep-liveness']) delete copy.livenessProbe
  if (!own['keep-readiness']) delete copy.readinessProbe
  if (!own['keep-startup']) delete copy.startupProbe
  return copy
}

const imagesOf = (list: readonly string[]): Map<string, string> =>
  new Map(
    list.map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 1) throw new Error(`invalid image specification ${JSON.stringify(pair)}: must be container=image`)
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )

const changed = (invocation: Debug, containers: readonly Obj[], debugName: string): Obj[] => {
  const images = imagesOf(invocation.flags['set-image'])
  const all = images.get('*')
  const copies = containers.map((container) => {
    const image = images.get(String(container.name)) ?? all
    const copy = keepsAll(invocation, debugName) ? container : kept(invocation, container)
    return {...copy, ...(image === undefined ? {} : {image})}
  })
  if (debugName === '') return copies
  const at = copies.findIndex((container) => 'name' in container && container.name === debugName)
  const custom = customProfile(invocation)
  const existing = copies[at]
  if (!existing) return [...copies, customized(debugContainer(invocation, debugName, 'pod'), custom)]
  return copies.with(at, customized(changedContainer(invocation, existing), custom))
}

/** The profiles share processes, unless the pod or the person says how; only new images change nothing else. */
const sharing = (invocation: Debug, spec: Obj, debugName: string): Obj => {
  if (invocation.given('share-processes')) return {shareProcessNamespace: invocation.flags['share-processes']}
  if (keepsAll(invocation, debugName) || spec.shareProcessNamespace !== undefined) return {}
  return {shareProcessNamespace: true}
}

/** `debugName`: the container to add or to change; '' only changes images. */
export const copyOfPod = (invocation: Debug, pod: Obj, debugName: string): Obj => {
  const {flags: own} = invocation
  const all = keepsAll(invocation, debugName)
  const spec = copyOf(mapAt(pod, 'spec'))
  delete spec.ephemeralContainers
  if (!own['same-node']) delete spec.nodeName
  if (!own['keep-init-containers']) delete spec.initContainers
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: own['copy-to'],
      namespace: namespaceOf(pod),
      ...(all || own['keep-annotations'] ? {annotations: mapAt(pod, 'metadata', 'annotations')} : {}),
      ...(debugName === '' || own['keep-labels'] ? {labels: mapAt(pod, 'metadata', 'labels')} : {}),
    },
    spec: {
      ...spec,
      ...sharing(invocation, spec, debugName),
      containers: changed(invocation, listAt(spec, 'containers'), debugName),
    },
  }
}

const hostNamespaces: Readonly<Record<string, Obj>> = {
  baseline: {},
  restricted: {},
  netadmin: {hostNetwork: true, hostPID: true, hostIPC: true},
}

const hasHostFiles = new Set(['legacy', 'general', 'sysadmin'])

export const podOnNode = (invocation: Debug, node: Obj, name: string, container: string): Obj => {
  const {profile} = invocation.flags
  const hostFiles = hasHostFiles.has(profile)
  const made = debugContainer(invocation, container, 'node')
  const mounts = hostFiles ? {volumeMounts: [{mountPath: '/host', name: 'host-root'}]} : {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, labels: {'app.kubernetes.io/managed-by': 'kubectl-debug'}},
    spec: {
      containers: [customized({...made, ...mounts}, customProfile(invocation))],
      ...(hostNamespaces[profile] ?? {hostNetwork: true, hostPID: true, hostIPC: true}),
      nodeName: nameOf(node),
      restartPolicy: 'Never',
      tolerations: [{operator: 'Exists'}],
      ...(hostFiles ? {volumes: [{name: 'host-root', hostPath: {path: '/'}}]} : {}),
    },
  }
}
