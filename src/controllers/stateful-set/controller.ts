// StatefulSets: pods with an identity, made and removed in order.
import {unlessReason} from '../../api/errors.ts'
import {labelSelector} from '../../api/meta/label-selector.ts'
import {controllerRevisions, persistentVolumeClaims, pods, statefulSets} from '../../api/resources.ts'
import type {Pod, StatefulSet} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {candidates, claim} from '../objects/claim.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {orphanIndex} from '../objects/owners.ts'
import {allSettled, messageOf} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {nextAvailableMs} from '../pods/facts.ts'
import {ownerKeys} from '../pods/keys.ts'
import {templateOf} from '../revisions/history.ts'
import {alignClaims, createMissingClaims} from './claims.ts'
import {isInRange, newPod, ordinalOf, podName, repairedLabels, revisionOf} from './identity.ts'
import {planStatus, planSteps, type Step} from './plan.ts'
import {cleanUpRevisions, type SetRevisions, settleRevisions} from './revisions.ts'

const selects = ({spec}: Cached<StatefulSet>, labels: Readonly<Record<string, string>>): boolean =>
  labelSelector(spec?.selector)(labels)

export const statefulSetController: ControllerSpec = {
  name: 'statefulset-controller',
  identity: 'statefulset-controller',
  watches: [
    watching({resource: statefulSets}),
    watching({resource: pods, toKeys: ownerKeys({owners: statefulSets, selects}), indexes: {orphan: orphanIndex}}),
    watching({
      resource: controllerRevisions,
      toKeys: ownerKeys({owners: statefulSets}),
      indexes: {orphan: orphanIndex},
    }),
    watching({resource: persistentVolumeClaims, toKeys: () => []}),
  ],
  reconcile: async (key, context) => {
    const set = context.cache(statefulSets).getByKey(key)
    return set ? reconcile(set, context) : undefined
  },
}

const reconcile = async (set: Cached<StatefulSet>, context: ReconcileContext): Promise<Result> => {
  const {cache, clock} = context
  const revisions = await claim(
    {
      resource: controllerRevisions,
      ownerResource: statefulSets,
      owner: set,
      objects: candidates(cache(controllerRevisions), set),
      matches: ({metadata}) => selects(set, metadata.labels ?? {}),
    },
    context,
  )
  const owned = await claim(
    {
      resource: pods,
      ownerResource: statefulSets,
      owner: set,
      objects: candidates(cache(pods), set),
      // Only what has a name of this set can be one of its pods.
      matches: (pod) => selects(set, pod.metadata.labels ?? {}) && ordinalOf(pod, set) >= 0,
    },
    context,
  )
  const settled = await settleRevisions(set, revisions, context)
  const names = {current: settled.current.metadata.name, update: settled.update.metadata.name}
  const world = {set, revisions: names, nowMs: clock.now()}
  const status = planStatus(world, owned, settled.collisionCount)
  const steps = set.metadata.deletionTimestamp ? [] : planSteps(world, owned)
  const error = await carryOut(set, steps, settled, context)
  await writeStatus(statefulSets, set, status, context)
  if (error !== undefined) throw error
  await cleanUpRevisions(set, settled, owned.map(revisionOf), context)
  const againMs = nextAvailableMs(owned, set.spec?.minReadySeconds ?? 0, clock.now())
  return againMs === undefined ? undefined : {requeueAfterMs: againMs}
}

/** Returns the first error: the status is written all the same. */
const carryOut = async (
  set: Cached<StatefulSet>,
  steps: readonly Step[],
  revisions: SetRevisions,
  context: ReconcileContext,
): Promise<unknown> => {
  try {
    if (set.spec?.podManagementPolicy === 'Parallel')
      await allSettled(steps.map((step) => runStep(set, step, revisions, context)))
    else for (const step of steps) await runStep(set, step, revisions, context)
    return undefined
  } catch (error) {
    return error
  }
}

const runStep = (
  set: Cached<StatefulSet>,
  step: Step,
  revisions: SetRevisions,
  context: ReconcileContext,
): Promise<void> => {
  switch (step.kind) {
    case 'create':
      return create(
        set,
        step.ordinal,
        step.revision === revisions.current.metadata.name ? revisions.current : revisions.update,
        context,
      )
    case 'tend':
      return tend(set, step.pod, step.ordinal, context)
    case 'delete':
      return remove(set, step.pod, step.why, context)
  }
}

const create = async (
  set: Cached<StatefulSet>,
  ordinal: number,
  revision: SetRevisions['current'],
  context: ReconcileContext,
): Promise<void> => {
  const {client, events} = context
  const name = podName(set, ordinal)
  const what = `create Pod ${name} in StatefulSet ${set.metadata.name}`
  try {
    await createMissingClaims(set, ordinal, name, context)
    await client.create(pods, newPod(set, templateOf(revision), ordinal, revision.metadata.name))
    events.record(set, 'Normal', 'SuccessfulCreate', `${what} successful`)
  } catch (error) {
    if (isNamespaceGoing(error)) return
    events.record(set, 'Warning', 'FailedCreate', `${what} failed error: ${messageOf(error)}`)
    throw error
  }
}

const tend = async (
  set: Cached<StatefulSet>,
  pod: Cached<Pod>,
  ordinal: number,
  context: ReconcileContext,
): Promise<void> => {
  if (pod.status?.phase === 'Pending') await createMissingClaims(set, ordinal, pod.metadata.name, context)
  await alignClaims(set, ordinal, pod, context)
  const labels = repairedLabels(pod, ordinal)
  if (!labels) return
  const {metadata, ...rest} = sendable(pod)
  await context.client.update(pods, {...rest, metadata: {...metadata, labels}})
}

const remove = async (
  set: Cached<StatefulSet>,
  pod: Cached<Pod>,
  why: 'ended' | 'condemned' | 'outdated',
  context: ReconcileContext,
): Promise<void> => {
  const {client, events} = context
  const {namespace, name, uid} = pod.metadata
  if (why === 'ended') {
    const [type, reason, what] =
      pod.status?.phase === 'Failed'
        ? (['Warning', 'RecreatingFailedPod', 'failed'] as const)
        : (['Normal', 'RecreatingTerminatedPod', 'terminated'] as const)
    events.record(set, type, reason, `StatefulSet ${namespace}/${set.metadata.name} is recreating ${what} Pod ${name}`)
  }
  // A pod that is scaled away takes its claims along, if the policy says so.
  const ordinal = ordinalOf(pod, set)
  if (why === 'condemned' && !isInRange(set, ordinal)) await alignClaims(set, ordinal, pod, context)
  const what = `delete Pod ${name} in StatefulSet ${set.metadata.name}`
  try {
    await client.delete(pods, {namespace, name}, {preconditions: {uid}}).catch(unlessReason('NotFound', 'Conflict'))
    events.record(set, 'Normal', 'SuccessfulDelete', `${what} successful`)
  } catch (error) {
    events.record(set, 'Warning', 'FailedDelete', `${what} failed error: ${messageOf(error)}`)
    throw error
  }
}
