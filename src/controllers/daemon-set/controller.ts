// DaemonSets: a pod on every node that should have one.
import {unlessReason} from '../../api/errors.ts'
import {labelSelector} from '../../api/meta/label-selector.ts'
import {isSame} from '../../api/meta/same.ts'
import {controllerRevisions, daemonSets, nodes, pods} from '../../api/resources.ts'
import type {DaemonSet, Node, Pod} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type Change,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {candidates, claim} from '../objects/claim.ts'
import {templateHash} from '../objects/hash.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {controllerReference, orphanIndex} from '../objects/owners.ts'
import {allSettled, messageOf, slowStart} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {nextAvailableMs} from '../pods/facts.ts'
import {ownerKeys} from '../pods/keys.ts'
import {
  byRevision,
  createRevision,
  dataOf,
  hasData,
  nextRevision,
  type Revision,
  renumber,
  truncateHistory,
} from '../revisions/history.ts'
import {fitOf, nodeNameOf, tolerationsOf} from './nodes.ts'
import {type Current, type DaemonPlan, HASH_LABEL, type Place, planPlaces, planRolling, planStatus} from './plan.ts'
import {daemonPod} from './pod.ts'

const BURST = 250

const selects = ({spec}: Cached<DaemonSet>, labels: Readonly<Record<string, string>>): boolean =>
  labelSelector(spec?.selector)(labels)

/** Every DaemonSet, when a node comes, goes or changes in what decides who may run there. */
const nodeKeys = ({type, object, previous}: Change<Node>, {cache}: ReconcileContext): readonly string[] => {
  const isSamePlace =
    type === 'updated' &&
    previous !== undefined &&
    isSame(object.metadata.labels, previous.metadata.labels) &&
    isSame(object.spec?.taints, previous.spec?.taints)
  if (isSamePlace) return []
  return cache(daemonSets)
    .list()
    .map(({metadata}) => `${metadata.namespace}/${metadata.name}`)
}

export const daemonSetController: ControllerSpec = {
  name: 'daemonset-controller',
  identity: 'daemon-set-controller',
  workers: 2,
  watches: [
    watching({resource: daemonSets}),
    watching({resource: nodes, toKeys: nodeKeys}),
    watching({
      resource: controllerRevisions,
      toKeys: ownerKeys({owners: daemonSets}),
      indexes: {orphan: orphanIndex},
    }),
    watching({resource: pods, toKeys: ownerKeys({owners: daemonSets, selects}), indexes: {orphan: orphanIndex}}),
  ],
  reconcile: async (key, context) => {
    const set = context.cache(daemonSets).getByKey(key)
    if (!set) return undefined
    const {matchLabels, matchExpressions} = set.spec?.selector ?? {}
    if (Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.'
      context.events.record(set, 'Warning', 'SelectingAll', message)
      return undefined
    }
    return set.metadata.deletionTimestamp ? undefined : reconcile(set, context)
  },
}

const reconcile = async (set: Cached<DaemonSet>, context: ReconcileContext): Promise<Result> => {
  const {cache, clock} = context
  const owned = await claim(
    {
      resource: pods,
      ownerResource: daemonSets,
      owner: set,
      objects: candidates(cache(pods), set),
      matches: ({metadata}) => selects(set, metadata.labels ?? {}),
    },
    context,
  )
  const revisions = await claim(
    {
      resource: controllerRevisions,
      ownerResource: daemonSets,
      owner: set,
      objects: candidates(cache(controllerRevisions), set),
      matches: ({metadata}) => selects(set, metadata.labels ?? {}),
    },
    context,
  )
  const revision = await currentRevision(set, revisions, context)
  const hash = revision.metadata.labels?.[HASH_LABEL] ?? ''
  const places = placesOf(set, owned, context)
  const current: Current = {hash, nowMs: clock.now()}
  const lost = owned.filter((pod) => isWithoutNode(pod, context))
  const plan = planPlaces(set, places, current)
  const error = await carryOut(set, {...plan, remove: [...plan.remove, ...lost]}, hash, context)
  const isIdle = plan.create.length === 0 && plan.remove.length === 0
  if (error === undefined && isIdle && set.spec?.updateStrategy?.type !== 'OnDelete') {
    const rollError = await carryOut(set, planRolling(set, places, current), hash, context)
    if (rollError !== undefined) throw rollError
  }
  await cleanUp(set, revisions, revision, owned, context)
  await writeStatus(daemonSets, set, planStatus(set, places, current), context)
  if (error !== undefined) throw error
  const againMs = nextAvailableMs(owned, set.spec?.minReadySeconds ?? 0, clock.now())
  return againMs === undefined ? undefined : {requeueAfterMs: againMs}
}

const placesOf = (
  set: Cached<DaemonSet>,
  owned: readonly Cached<Pod>[],
  {cache}: ReconcileContext,
): readonly Place[] => {
  const byNode = new Map<string, Cached<Pod>[]>()
  for (const pod of owned) {
    const name = nodeNameOf(pod)
    if (name !== undefined) byNode.set(name, [...(byNode.get(name) ?? []), pod])
  }
  const tolerations = tolerationsOf(set)
  return cache(nodes)
    .list()
    .map((node) => ({
      node: node.metadata.name,
      fit: fitOf(node, set, tolerations),
      pods: byNode.get(node.metadata.name) ?? [],
    }))
}

/** Made for a node that is there no more, and so never to be scheduled. */
const isWithoutNode = (pod: Cached<Pod>, {cache}: ReconcileContext): boolean => {
  const name = nodeNameOf(pod)
  return !pod.spec?.nodeName && name !== undefined && !pod.metadata.deletionTimestamp && !cache(nodes).get({name})
}

const currentRevision = async (
  set: Cached<DaemonSet>,
  revisions: readonly Revision[],
  context: ReconcileContext,
): Promise<Revision> => {
  const template = sendable(set).spec?.template
  const data = dataOf(template)
  const same = [...revisions].sort(byRevision).filter((revision) => hasData(revision, data))
  const others = revisions.filter((revision) => !same.includes(revision))
  const known = same.at(-1)
  if (known) {
    const next = nextRevision(others)
    return known.revision < next ? renumber(known, next, context) : known
  }
  const created = await createRevision(
    {
      owner: set,
      reference: controllerReference(daemonSets, set),
      template,
      labels: {...template?.metadata?.labels},
      hashLabel: HASH_LABEL,
      revision: nextRevision(others),
      collisionCount: set.status?.collisionCount,
      hash: templateHash,
    },
    context,
  )
  if (created) return created
  const status = planStatus(set, [], {hash: '', nowMs: 0})
  await writeStatus(
    daemonSets,
    set,
    {...status, ...sendable(set).status, collisionCount: (set.status?.collisionCount ?? 0) + 1},
    context,
  )
  throw new Error('the hash of this template is taken by another revision')
}

/** Returns the first error. */
const carryOut = async (
  set: Cached<DaemonSet>,
  {create, remove, ended}: DaemonPlan,
  hash: string,
  context: ReconcileContext,
): Promise<unknown> => {
  const {events} = context
  for (const {type, reason, pod} of ended) {
    const {namespace, name} = pod.metadata
    const what = `${namespace}/${name} on node ${nodeNameOf(pod)}`
    const message =
      reason === 'FailedDaemonPod'
        ? `Found failed daemon pod ${what}, will try to kill it`
        : `Found succeeded daemon pod ${what}, will try to delete it`
    events.record(set, type, reason, message)
  }
  const made = create.slice(0, BURST)
  const outcome = await slowStart(made.length, (at) => createPod(set, made[at] ?? '', hash, context))
  try {
    await allSettled(remove.slice(0, BURST).map((pod) => deletePod(set, pod, context)))
  } catch (error) {
    return outcome.error ?? error
  }
  return outcome.error
}

const createPod = async (
  set: Cached<DaemonSet>,
  node: string,
  hash: string,
  {client, events}: ReconcileContext,
): Promise<void> => {
  try {
    const created = await client.create(pods, daemonPod(set, node, hash))
    events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
  } catch (error) {
    if (isNamespaceGoing(error)) return
    events.record(set, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`)
    throw error
  }
}

const deletePod = async (
  set: Cached<DaemonSet>,
  {metadata: {namespace, name, uid}}: Cached<Pod>,
  {client, events}: ReconcileContext,
): Promise<void> => {
  try {
    await client.delete(pods, {namespace, name}, {preconditions: {uid}}).catch(unlessReason('NotFound', 'Conflict'))
    events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
  } catch (error) {
    events.record(set, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`)
    throw error
  }
}

const cleanUp = async (
  set: Cached<DaemonSet>,
  revisions: readonly Revision[],
  current: Revision,
  owned: readonly Cached<Pod>[],
  context: ReconcileContext,
): Promise<void> => {
  const live = new Set(owned.map(({metadata}) => metadata.labels?.[HASH_LABEL]))
  const unused = revisions.filter(
    ({metadata}) => metadata.uid !== current.metadata.uid && !live.has(metadata.labels?.[HASH_LABEL]),
  )
  await truncateHistory(unused, set.spec?.revisionHistoryLimit ?? 10, context)
}
