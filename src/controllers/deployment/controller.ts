// Deployments: each template is a ReplicaSet, a rollout moves pods from the old ones to the new one.
import {labelSelector} from '../../api/meta/label-selector.ts'
import {deployments, pods, replicaSets} from '../../api/resources.ts'
import type {Deployment, Pod, ReplicaSet} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type Change,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {candidates, claim} from '../objects/claim.ts'
import {conditionOf, withCondition} from '../objects/conditions.ts'
import {controllerOf, orphanIndex} from '../objects/owners.ts'
import {allSettled} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {ownerKeys} from '../pods/keys.ts'
import {desiredOf, ROLLBACK_TO, revisionOf, selectsEverything} from './annotations.ts'
import {ensureNewSet, updateNewSet} from './new-set.ts'
import {planNewSet, planOldSets, planScale} from './plan.ts'
import {resize} from './resize.ts'
import {rollBack} from './rollback.ts'
import {active, findNewSet, isRolling, type Owner, type PodSet, replicasOf, sizeOf, sum} from './sets.ts'
import {deadlineMs, hasDeadline, isComplete, planCounts, planRolloutStatus, progressing} from './status.ts'

/** A pod that is gone may be what a Deployment that recreates waits for. */
const podKeys = ({type, object}: Change<Pod>, {cache}: ReconcileContext): readonly string[] => {
  const {namespace} = object.metadata
  const owner = type === 'deleted' ? controllerOf(object) : undefined
  const set = owner && cache(replicaSets).get({namespace, name: owner.name})
  const name = set && controllerOf(set)?.name
  const deployment = name === undefined ? undefined : cache(deployments).get({namespace, name})
  return deployment && !isRolling(deployment) ? [`${namespace}/${name}`] : []
}

export const deploymentController: ControllerSpec = {
  name: 'deployment-controller',
  identity: 'deployment-controller',
  watches: [
    watching({resource: deployments}),
    watching({
      resource: replicaSets,
      toKeys: ownerKeys<ReplicaSet, Deployment>({
        owners: deployments,
        selects: ({spec}, labels) => labelSelector(spec?.selector)(labels),
      }),
      indexes: {orphan: orphanIndex},
    }),
    watching({resource: pods, toKeys: podKeys}),
  ],
  reconcile: async (key, context) => {
    const deployment = context.cache(deployments).getByKey(key)
    return deployment ? reconcile(deployment, context) : undefined
  },
}

const reconcile = async (owner: Owner, context: ReconcileContext): Promise<Result> => {
  if (selectsEverything(owner)) {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.'
    context.events.record(owner, 'Warning', 'SelectingAll', message)
    if ((owner.status?.observedGeneration ?? 0) < (owner.metadata.generation ?? 0))
      await writeStatus(
        deployments,
        owner,
        {...sendable(owner).status, observedGeneration: owner.metadata.generation},
        context,
      )
    return undefined
  }
  const sets = await claim(
    {
      resource: replicaSets,
      ownerResource: deployments,
      owner,
      objects: candidates(context.cache(replicaSets), owner),
      matches: ({metadata}) => labelSelector(owner.spec?.selector)(metadata.labels),
    },
    context,
  )
  if (owner.metadata.deletionTimestamp) return writeCounts(owner, sets, findNewSet(sets, owner), context)
  const deployment = await notePause(owner, context)
  if (deployment.spec?.paused) return follow(deployment, sets, context)
  if (deployment.metadata.annotations?.[ROLLBACK_TO] !== undefined) {
    await rollBack(deployment, sets, context)
    return undefined
  }
  const wanted = replicasOf(deployment)
  const wasScaled = active(sets).some((set) => desiredOf(set) !== undefined && desiredOf(set) !== wanted)
  if (wasScaled) return follow(deployment, sets, context)
  return isRolling(deployment) ? roll(deployment, sets, context) : recreate(deployment, sets, context)
}

/** Progress is not expected while paused: the condition says so, and says when it is again. */
const notePause = async (deployment: Owner, context: ReconcileContext): Promise<Owner> => {
  if (!hasDeadline(deployment)) return deployment
  const current = conditionOf(deployment.status?.conditions, 'Progressing')
  if (current?.reason === 'ProgressDeadlineExceeded') return deployment
  const wasPaused = current?.reason === 'DeploymentPaused'
  const isPaused = deployment.spec?.paused === true
  if (wasPaused === isPaused) return deployment
  const condition = isPaused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', context.clock.now())
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed', context.clock.now())
  const status = sendable(deployment).status
  return writeStatus(
    deployments,
    deployment,
    {...status, conditions: withCondition(status?.conditions, condition)},
    context,
  )
}

interface Sets {
  readonly newSet: PodSet | undefined
  readonly olds: readonly PodSet[]
  readonly all: readonly PodSet[]
}
const split = (sets: readonly PodSet[], newSet: PodSet | undefined): Sets => {
  const olds = sets.filter(({metadata}) => metadata.uid !== newSet?.metadata.uid)
  return {newSet, olds, all: newSet ? [...olds, newSet] : olds}
}

/** Scaled or paused: the sizes follow, nothing rolls. */
const follow = async (owner: Owner, sets: readonly PodSet[], context: ReconcileContext): Promise<Result> => {
  const {deployment, newSet} = await updateNewSet(owner, sets, findNewSet(sets, owner), context)
  const before = split(sets, newSet)
  const after = await resize(deployment, planScale(deployment, newSet, before.olds), before.all, context)
  const {olds, newSet: resized} = split(
    after,
    newSet && after.find(({metadata}) => metadata.uid === newSet.metadata.uid),
  )
  if (deployment.spec?.paused) await cleanUp(deployment, olds, context)
  return writeCounts(deployment, after, resized, context)
}

const roll = async (owner: Owner, sets: readonly PodSet[], context: ReconcileContext): Promise<Result> => {
  const {deployment, newSet} = await ensureNewSet(owner, sets, context)
  const {olds, all} = split(sets, newSet)
  const grown = planNewSet(deployment, newSet, all)
  const resizes = grown ? [grown] : planOldSets(deployment, newSet, olds)
  const after = await resize(deployment, resizes, all, context)
  return finish(
    deployment,
    split(
      after,
      after.find(({metadata}) => metadata.uid === newSet.metadata.uid),
    ),
    context,
    {
      mayCleanUp: resizes.length === 0,
    },
  )
}

const recreate = async (owner: Owner, sets: readonly PodSet[], context: ReconcileContext): Promise<Result> => {
  const known = await updateNewSet(owner, sets, findNewSet(sets, owner), context)
  const before = split(sets, known.newSet)
  const shrink = active(before.olds).map((set) => ({set, to: 0}))
  if (shrink.length > 0) {
    const after = await resize(known.deployment, shrink, before.all, context)
    return finish(known.deployment, split(after, known.newSet), context, {mayCleanUp: false})
  }
  if (areOldPodsThere(before.olds, context)) return finish(known.deployment, before, context, {mayCleanUp: false})
  const {deployment, newSet} = await ensureNewSet(known.deployment, sets, context)
  const {all} = split(sets, newSet)
  const wanted = replicasOf(deployment)
  const after = await resize(deployment, sizeOf(newSet) === wanted ? [] : [{set: newSet, to: wanted}], all, context)
  const current = after.find(({metadata}) => metadata.uid === newSet.metadata.uid)
  return finish(deployment, split(after, current), context, {mayCleanUp: true})
}

const areOldPodsThere = (olds: readonly PodSet[], {cache}: ReconcileContext): boolean =>
  sum(olds, ({status}) => status?.replicas) > 0 ||
  olds.some(({metadata}) =>
    cache(pods)
      .byIndex('owner', metadata.uid)
      .some(({status}) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded'),
  )

const finish = async (
  deployment: Owner,
  {all, olds, newSet}: Sets,
  context: ReconcileContext,
  {mayCleanUp}: {readonly mayCleanUp: boolean},
): Promise<Result> => {
  const nowMs = context.clock.now()
  const status = planRolloutStatus(deployment, all, newSet, nowMs)
  if (mayCleanUp && isComplete(deployment, status)) await cleanUp(deployment, olds, context)
  await writeStatus(deployments, deployment, status, context)
  const overMs = isComplete(deployment, status) ? undefined : deadlineMs(deployment, status.conditions)
  return overMs === undefined ? undefined : {requeueAfterMs: Math.max(1000, overMs - nowMs + 1000)}
}

const writeCounts = async (
  deployment: Owner,
  sets: readonly PodSet[],
  newSet: PodSet | undefined,
  context: ReconcileContext,
): Promise<Result> => {
  await writeStatus(deployments, deployment, planCounts(deployment, sets, newSet, context.clock.now()), context)
}

/** Old ReplicaSets beyond the history's limit go, the oldest revision first. */
const cleanUp = async (deployment: Owner, olds: readonly PodSet[], {client}: ReconcileContext): Promise<void> => {
  const limit = deployment.spec?.revisionHistoryLimit
  if (limit === undefined || limit === 2 ** 31 - 1) return
  const done = olds.filter(
    (set: Cached<ReplicaSet>) =>
      set.metadata.deletionTimestamp === undefined &&
      sizeOf(set) === 0 &&
      (set.status?.replicas ?? 0) === 0 &&
      (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0),
  )
  const surplus = [...done].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, done.length - limit))
  await allSettled(
    surplus.map(({metadata: {namespace, name, uid}}) =>
      client.delete(replicaSets, {namespace, name}, {preconditions: {uid}}),
    ),
  )
}
