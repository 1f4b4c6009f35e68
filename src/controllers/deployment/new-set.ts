// The ReplicaSet of the Deployment's current template: found and brought up to date, or made.
import {hasReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import {deployments, replicaSets} from '../../api/resources.ts'
import type {DeploymentCondition, ReplicaSet} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {conditionOf, withCondition} from '../objects/conditions.ts'
import {templateHash} from '../objects/hash.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {controllerReference, isControlledBy} from '../objects/owners.ts'
import {messageOf} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {maxRevision, newSetAnnotations, REVISION, replicasAnnotations} from './annotations.ts'
import {
  findNewSet,
  HASH_LABEL,
  hasTemplateOf,
  limitsOf,
  newSetSize,
  type Owner,
  type PodSet,
  replicasOf,
} from './sets.ts'
import {hasDeadline, progressing} from './status.ts'

export interface Current<NewSet extends PodSet | undefined> {
  readonly deployment: Owner
  readonly newSet: NewSet
}

/** Brings annotations and minReadySeconds of a known new set up to date, and the Deployment's revision. */
export const updateNewSet = async <NewSet extends PodSet | undefined>(
  owner: Owner,
  sets: readonly PodSet[],
  known: NewSet,
  context: ReconcileContext,
): Promise<Current<NewSet>> => {
  if (!known) return {deployment: owner, newSet: known}
  const set: PodSet = known
  const revision = maxRevision(sets.filter(({metadata}) => metadata.uid !== set.metadata.uid)) + 1
  const annotations = newSetAnnotations(owner, set.metadata.annotations, revision)
  const minReadySeconds = owner.spec?.minReadySeconds ?? 0
  const isCurrent =
    isSame(annotations, set.metadata.annotations) && (set.spec?.minReadySeconds ?? 0) === minReadySeconds
  const {metadata, spec, ...rest} = sendable(set)
  const newSet = isCurrent
    ? set
    : await context.client.update(replicaSets, {
        ...rest,
        metadata: {...metadata, annotations: {...annotations}},
        spec: {...spec, selector: spec?.selector ?? {}, minReadySeconds},
      })
  const isNoted = !hasDeadline(owner) || conditionOf(owner.status?.conditions, 'Progressing') !== undefined
  const message = `Found new replica set "${set.metadata.name}"`
  const found = isNoted ? undefined : progressing('True', 'FoundNewReplicaSet', message, context.clock.now())
  const deployment = await note(owner, found, annotations[REVISION] ?? String(revision), context)
  return {deployment, newSet: newSet as NewSet}
}

/** Its revision and what it is told go in one write of the status, so that its generation stays. */
const note = async (
  deployment: Owner,
  condition: DeploymentCondition | undefined,
  revision: string | undefined,
  {client}: ReconcileContext,
): Promise<Owner> => {
  const {metadata, status, ...rest} = sendable(deployment)
  const isRevised = revision !== undefined && metadata.annotations?.[REVISION] !== revision
  const conditions = condition ? withCondition(status?.conditions, condition) : status?.conditions
  if (!isRevised && isSame(conditions, status?.conditions)) return deployment
  const annotations = isRevised ? {...metadata.annotations, [REVISION]: revision} : metadata.annotations
  return (await client.update(
    deployments,
    {...rest, metadata: {...metadata, annotations}, status: {...status, conditions}},
    {subresource: 'status'},
  )) as Owner
}

export const ensureNewSet = async (
  owner: Owner,
  sets: readonly PodSet[],
  context: ReconcileContext,
): Promise<Current<PodSet>> => {
  const known = findNewSet(sets, owner)
  if (known) return updateNewSet(owner, sets, known, context)
  const planned = planNewSetObject(owner, sets)
  const created = await create(owner, planned, context)
  const message = `Created new replica set "${created.metadata.name}"`
  const condition = hasDeadline(owner)
    ? progressing('True', 'NewReplicaSetCreated', message, context.clock.now())
    : undefined
  const revision = created.metadata.annotations?.[REVISION]
  return {deployment: await note(owner, condition, revision, context), newSet: created}
}

export const planNewSetObject = (owner: Owner, sets: readonly PodSet[]): ReplicaSet & {metadata: {name: string}} => {
  const {metadata, spec} = sendable(owner)
  const template = spec?.template
  const hash = templateHash(template, owner.status?.collisionCount)
  const labels = {...template?.metadata?.labels, [HASH_LABEL]: hash}
  const wanted = replicasOf(owner)
  return {
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels,
      annotations: {
        ...newSetAnnotations(owner, undefined, maxRevision(sets) + 1),
        ...replicasAnnotations(wanted, wanted + limitsOf(owner).surge),
      },
      ownerReferences: [controllerReference(deployments, owner)],
    },
    spec: {
      replicas: newSetSize(owner, sets, 0),
      minReadySeconds: spec?.minReadySeconds,
      selector: {
        ...spec?.selector,
        matchLabels: {...spec?.selector?.matchLabels, [HASH_LABEL]: hash},
      },
      template: {...template, metadata: {...template?.metadata, labels}},
    },
  }
}

const create = async (
  owner: Owner,
  planned: ReplicaSet & {metadata: {name: string}},
  context: ReconcileContext,
): Promise<PodSet> => {
  const {client, events} = context
  try {
    const created = (await client.create(replicaSets, planned)) as Cached<ReplicaSet>
    const size = planned.spec?.replicas ?? 0
    if (size > 0)
      events.record(
        owner,
        'Normal',
        'ScalingReplicaSet',
        `Scaled up replica set ${created.metadata.name} from 0 to ${size}`,
      )
    return created
  } catch (error) {
    if (hasReason(error, 'AlreadyExists')) return collided(owner, planned.metadata.name, error, context)
    // A namespace that is going takes nothing new, and nobody needs to be told.
    if (isNamespaceGoing(error)) throw error
    const message = `Failed to create new replica set "${planned.metadata.name}": ${messageOf(error)}`
    if (hasDeadline(owner))
      await note(owner, progressing('False', 'ReplicaSetCreateError', message, context.clock.now()), undefined, context)
    events.record(owner, 'Warning', 'ReplicaSetCreateError', message)
    throw error
  }
}

/** The name is taken: by our own set that the cache does not show yet, or by another template with the same hash. */
const collided = async (owner: Owner, name: string, error: unknown, context: ReconcileContext): Promise<PodSet> => {
  const {client} = context
  const existing = (await client.get(replicaSets, {namespace: owner.metadata.namespace, name})) as Cached<ReplicaSet>
  if (isControlledBy(existing, owner) && hasTemplateOf(existing, owner)) return existing
  const status = sendable(owner).status
  await writeStatus(deployments, owner, {...status, collisionCount: (status?.collisionCount ?? 0) + 1}, context)
  throw error
}
