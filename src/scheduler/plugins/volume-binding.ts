// Claims and where they can be used: bound ones must be reachable, unbound ones must find a volume or a provisioner on
// the node that is chosen, and are bound before the pod is.

import {hasReason} from '../../api/errors.ts'
import {persistentVolumeClaims, persistentVolumes} from '../../api/resources.ts'
import {matchesNode} from '../../api/scheduling/selector.ts'
import type {PersistentVolume, PersistentVolumeClaim} from '../../api/schema/types.gen.ts'
import {
  BOUND_BY_CONTROLLER,
  claimClass,
  isFullyBound,
  NO_PROVISIONER,
  SELECTED_NODE,
  waitsForConsumer,
} from '../../api/volumes/claim.ts'
import {findVolume, reachesNode} from '../../api/volumes/match.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Cached} from '../../reconcile/contract.ts'
import type {Cluster} from '../cluster.ts'
import {type BindContext, type FilterRun, type Plugin, type Rejection, rejection} from '../framework.ts'
import type {NodeInfo} from '../node-info.ts'
import type {PodInfo} from '../pod-info.ts'

const NAME = 'VolumeBinding'
const noVolume = rejection(NAME, "node(s) didn't find available persistent volumes to bind", {resolvable: false})
const unreachable = rejection(NAME, "node(s) didn't match PersistentVolume's node affinity", {resolvable: false})
const volumeGone = rejection(NAME, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)', {
  resolvable: false,
})
const unboundImmediate = rejection(NAME, 'pod has unbound immediate PersistentVolumeClaims', {resolvable: false})
const BIND_TIMEOUT_MS = 600_000

type Claim = Cached<PersistentVolumeClaim>

interface Sorted {
  readonly bound: readonly Claim[]
  readonly delayed: readonly Claim[]
}

const ephemeralOwner = ({pod}: PodInfo, claimName: string): boolean =>
  (pod.spec?.volumes ?? []).some(({name, ephemeral}) => ephemeral && `${pod.metadata.name}-${name}` === claimName)

const claimProblem = (pod: PodInfo, name: string, claim: Claim | undefined): string | undefined => {
  const ephemeral = ephemeralOwner(pod, name)
  if (!claim)
    return ephemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`
  if (claim.status?.phase === 'Lost')
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName}"`
  if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`
  const owned = claim.metadata.ownerReferences?.some(({controller, uid}) => controller && uid === pod.uid)
  if (ephemeral && !owned) return `PVC ${pod.namespace}/${name} was not created for pod ${pod.key} (pod is not owner)`
  return undefined
}

const sortClaims = (pod: PodInfo, cluster: Cluster): Sorted | Rejection => {
  const {volumes} = cluster.sources
  const bound: Claim[] = []
  const delayed: Claim[] = []
  let immediate = false
  for (const name of pod.claims) {
    const claim = volumes.claim(pod.namespace, name)
    const problem = claimProblem(pod, name, claim)
    if (problem || !claim) return rejection(NAME, problem ?? '', {resolvable: false})
    if (isFullyBound(claim)) bound.push(claim)
    else if (waitsForConsumer(volumes.storageClass(claimClass(claim))) && !claim.spec?.volumeName) delayed.push(claim)
    else immediate = true
  }
  return immediate ? unboundImmediate : {bound, delayed}
}

const checkBound = (claims: readonly Claim[], node: NodeInfo, cluster: Cluster): Rejection | undefined => {
  for (const claim of claims) {
    const volume = cluster.sources.volumes.volume(claim.spec?.volumeName ?? '')
    if (!volume) return volumeGone
    if (!reachesNode(volume, node)) return unreachable
  }
  return undefined
}

interface Choice {
  readonly claim: Claim
  /** Absent: it has to be provisioned for this node. */
  readonly volume: Cached<PersistentVolume> | undefined
}

const canProvision = (claim: Claim, node: NodeInfo, cluster: Cluster): boolean => {
  const storageClass = cluster.sources.volumes.storageClass(claimClass(claim))
  if (!storageClass || storageClass.provisioner === NO_PROVISIONER) return false
  const topologies = storageClass.allowedTopologies ?? []
  if (topologies.length === 0) return true
  return topologies.some(({matchLabelExpressions}) =>
    matchesNode(
      (matchLabelExpressions ?? []).map(({key, values}) => ({key, operator: 'In', values})),
      [],
      node,
    ),
  )
}

/** Who was told to wait for another node stays with it. */
const choose = (claims: readonly Claim[], node: NodeInfo, cluster: Cluster): readonly Choice[] | undefined => {
  const {volumes} = cluster.sources
  const chosen = new Set<string>()
  const choices: Choice[] = []
  const isTaken = (name: string): boolean => chosen.has(name) || volumes.isPromised(name)
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE]
    if (selected && selected !== node.name) return undefined
    const volume = selected ? undefined : findVolume(claim, volumes.all(), {node, waitsForConsumer: true, isTaken})
    if (!volume && !canProvision(claim, node, cluster)) return undefined
    if (volume) chosen.add(volume.metadata.name)
    choices.push({claim, volume})
  }
  return choices
}

const filterRun = (pod: PodInfo, cluster: Cluster): FilterRun | Rejection | undefined => {
  if (pod.claims.length === 0) return undefined
  const sorted = sortClaims(pod, cluster)
  if ('reasons' in sorted) return sorted
  return {
    check: (node) =>
      checkBound(sorted.bound, node, cluster) ??
      (sorted.delayed.length > 0 && !choose(sorted.delayed, node, cluster) ? noVolume : undefined),
  }
}

const reserved = new WeakMap<PodInfo, readonly Choice[]>()

const reserve = (pod: PodInfo, node: NodeInfo, cluster: Cluster): (() => void) | undefined => {
  if (pod.claims.length === 0) return undefined
  const sorted = sortClaims(pod, cluster)
  const choices = 'reasons' in sorted ? undefined : choose(sorted.delayed, node, cluster)
  if (!choices?.length) return undefined
  reserved.set(pod, choices)
  const promises = choices.flatMap(({volume}) =>
    volume ? [cluster.sources.volumes.promise(volume.metadata.name)] : [],
  )
  return () => {
    reserved.delete(pod)
    for (const giveBack of promises) giveBack()
  }
}

const bindVolume = async ({claim, volume}: Choice, {client, signal}: BindContext): Promise<void> => {
  if (!volume || isReservedFully(volume, claim)) return
  const {name, namespace, uid, resourceVersion} = claim.metadata
  const claimRef = {apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion}
  const annotations = volume.spec?.claimRef ? {} : {[BOUND_BY_CONTROLLER]: 'yes'}
  const body = {metadata: {resourceVersion: volume.metadata.resourceVersion, annotations}, spec: {claimRef}}
  await client.patch(persistentVolumes, {name: volume.metadata.name}, {type: 'merge', body}, {signal})
}

const isReservedFully = (volume: Cached<PersistentVolume>, claim: Claim): boolean =>
  volume.spec?.claimRef?.uid === claim.metadata.uid

const selectNode = async (claim: Claim, node: NodeInfo, {client, signal}: BindContext): Promise<void> => {
  if (claim.metadata.annotations?.[SELECTED_NODE] === node.name) return
  const {name, namespace, resourceVersion} = claim.metadata
  const body = {metadata: {resourceVersion, annotations: {[SELECTED_NODE]: node.name}}}
  await client.patch(persistentVolumeClaims, {name, namespace}, {type: 'merge', body}, {signal})
}

/** The binder (or a provisioner) does its part. */
const untilBound = async (claim: Claim, {clock, cluster, signal}: BindContext): Promise<void> => {
  const {namespace = '', name} = claim.metadata
  const tooLate = AbortSignal.any([signal, abortAfter(clock)])
  for (;;) {
    const now = cluster.sources.volumes.claim(namespace, name)
    if (now && isFullyBound(now)) return
    if (!now) throw new Error(`binding volumes: pvc "${namespace}/${name}" not found`)
    await cluster.sources.volumes.claimChange(tooLate)
  }
}

const abortAfter = (clock: Clock): AbortSignal => {
  const controller = new AbortController()
  clock.after(BIND_TIMEOUT_MS, () => controller.abort(new Error('binding volumes: context deadline exceeded')))
  return controller.signal
}

const preBind = async (pod: PodInfo, node: NodeInfo, context: BindContext): Promise<void> => {
  const choices = reserved.get(pod)
  if (!choices) return
  try {
    for (const choice of choices)
      await (choice.volume ? bindVolume(choice, context) : selectNode(choice.claim, node, context))
  } catch (error) {
    if (hasReason(error, 'Conflict'))
      throw new Error('binding volumes: the volume or claim has just changed', {cause: error})
    throw error
  }
  await Promise.all(choices.map(({claim}) => untilBound(claim, context)))
}

export const volumeBinding: Plugin = {
  name: NAME,
  filter: filterRun,
  reserve,
  preBind,
  wakes: {
    'claim-changed': (pod, event) =>
      event.kind === 'claim-changed' && event.object.metadata?.namespace === pod.namespace,
    'volume-changed': () => true,
    'class-changed': () => true,
    'node-added': () => true,
    'node-changed': (_pod, event) => event.kind === 'node-changed' && event.aspects.has('labels'),
  },
}
