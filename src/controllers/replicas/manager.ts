// Keeps a number of pods: what ReplicaSets and ReplicationControllers have in common.
import {unlessReason} from '../../api/errors.ts'
import type {KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import {pods as podResource} from '../../api/resources.ts'
import type {Pod, PodTemplateSpec} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext, Result} from '../../reconcile/contract.ts'
import {candidates, claim} from '../objects/claim.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {controllerReference} from '../objects/owners.ts'
import {messageOf, slowStart} from '../objects/slow-start.ts'
import {writeStatus} from '../objects/status.ts'
import {firstToDelete} from '../pods/deletion-order.ts'
import {isActive, isFinished, isTerminating, nextAvailableMs} from '../pods/facts.ts'
import {podFromTemplate} from '../pods/from-template.ts'
import {countReplicas, planReplicas, planStatus, type ReplicaStatus} from './plan.ts'

type Labels = Readonly<Record<string, string>>

export interface ReplicaManager<T extends KubeObject & {status?: ReplicaStatus | undefined}> {
  readonly resource: Resource<T>
  readonly replicas: (owner: Cached<T>) => number
  readonly minReadySeconds: (owner: Cached<T>) => number
  readonly matches: (owner: Cached<T>, labels: Labels | undefined) => boolean
  readonly template: (owner: Cached<T>) => PodTemplateSpec | undefined
  /** Pods that count when asking which node is crowded. */
  readonly related: (owner: Cached<T>, context: ReconcileContext) => readonly Cached<Pod>[]
  readonly countsTerminating: boolean
}

export const reconcileReplicas = async <T extends KubeObject & {status?: ReplicaStatus | undefined}>(
  manager: ReplicaManager<T>,
  key: string,
  context: ReconcileContext,
): Promise<Result> => {
  const owner = context.cache(manager.resource).getByKey(key)
  if (!owner) return undefined
  const all = candidates(context.cache(podResource), owner as unknown as Cached<KubeObject>)
  const claimed = await claim(
    {
      resource: podResource,
      ownerResource: manager.resource,
      owner,
      objects: all.filter((pod) => !isFinished(pod)),
      matches: (pod) => manager.matches(owner, pod.metadata.labels),
    },
    context,
  )
  const active = claimed.filter(isActive)
  const plan = owner.metadata.deletionTimestamp
    ? {create: 0, remove: 0}
    : planReplicas(manager.replicas(owner), active.length)
  const error = await carryOut(manager, owner, active, plan, context)
  const nowMs = context.clock.now()
  const status = planStatus({
    old: owner.status as ReplicaStatus | undefined,
    generation: owner.metadata.generation ?? 0,
    counts: countReplicas(active, {
      templateLabels: manager.template(owner)?.metadata?.labels ?? {},
      minReadySeconds: manager.minReadySeconds(owner),
      nowMs,
    }),
    terminating: manager.countsTerminating ? claimed.filter(isTerminating).length : undefined,
    failure:
      error === undefined
        ? undefined
        : {reason: plan.create > 0 ? 'FailedCreate' : 'FailedDelete', message: messageOf(error)},
    nowMs,
  })
  await writeStatus(manager.resource, owner, status as NonNullable<T['status']>, context)
  if (error !== undefined) throw error
  const againMs = nextAvailableMs(active, manager.minReadySeconds(owner), nowMs)
  return againMs === undefined ? undefined : {requeueAfterMs: againMs}
}

/** Returns the first error instead of throwing it: it is part of the status. */
const carryOut = async <T extends KubeObject & {status?: ReplicaStatus | undefined}>(
  manager: ReplicaManager<T>,
  owner: Cached<T>,
  active: readonly Cached<Pod>[],
  {create, remove}: {readonly create: number; readonly remove: number},
  context: ReconcileContext,
): Promise<unknown> => {
  if (create > 0) return (await slowStart(create, () => createPod(manager, owner, context))).error
  if (remove === 0) return undefined
  const victims = firstToDelete(active, remove, manager.related(owner, context), context.clock.now())
  const outcomes = await Promise.allSettled(victims.map((pod) => deletePod(owner, pod, context)))
  return outcomes.find((outcome) => outcome.status === 'rejected')?.reason
}

const createPod = async <T extends KubeObject & {status?: ReplicaStatus | undefined}>(
  manager: ReplicaManager<T>,
  owner: Cached<T>,
  {client, events}: ReconcileContext,
): Promise<void> => {
  const about = owner as unknown as Cached<KubeObject>
  const {namespace, name} = owner.metadata
  const pod = podFromTemplate(manager.template(owner), {namespace, name}, controllerReference(manager.resource, about))
  try {
    const created = await client.create(podResource, pod)
    events.record(about, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
  } catch (error) {
    if (isNamespaceGoing(error)) return
    events.record(about, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`)
    throw error
  }
}

const deletePod = async <T extends KubeObject>(
  owner: Cached<T>,
  {metadata: {namespace, name, uid}}: Cached<Pod>,
  {client, events}: ReconcileContext,
): Promise<void> => {
  const about = owner as unknown as Cached<KubeObject>
  try {
    await client
      .delete(podResource, {namespace, name}, {preconditions: {uid}})
      .catch(unlessReason('NotFound', 'Conflict'))
    events.record(about, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
  } catch (error) {
    events.record(about, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`)
    throw error
  }
}
