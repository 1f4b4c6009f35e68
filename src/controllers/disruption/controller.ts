// PodDisruptionBudgets: how many of the pods may be evicted right now.
import {labelSelector} from '../../api/meta/label-selector.ts'
import {
  deployments,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  statefulSets,
} from '../../api/resources.ts'
import type {Pod, PodDisruptionBudget} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type Change,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  type WatchSpec,
  watching,
} from '../../reconcile/contract.ts'
import {messageOf} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {expectedCount} from './expected.ts'
import {countHealthy, needsExpected, planCounts, planDisrupted, planStatus, withAllowed} from './plan.ts'

type Budget = Cached<PodDisruptionBudget>

const covers = ({spec}: Budget, labels: Readonly<Record<string, string>> | undefined): boolean =>
  labelSelector(spec?.selector)(labels)

const budgetsIn = (namespace: string, {cache}: ReconcileContext): readonly Budget[] =>
  cache(podDisruptionBudgets).list(namespace)

const podKeys = ({object, previous}: Change<Pod>, context: ReconcileContext): readonly string[] => {
  const {namespace = '', labels} = object.metadata
  return budgetsIn(namespace, context)
    .filter((budget) => covers(budget, labels) || (previous && covers(budget, previous.metadata.labels)))
    .map(({metadata}) => `${namespace}/${metadata.name}`)
}

/** What a controller wants has changed: shares of it have too. */
const scaled: NonNullable<WatchSpec['toKeys']> = ({type, object, previous}, context) => {
  if (type === 'updated' && object.metadata.generation === previous?.metadata.generation) return []
  const {namespace = ''} = object.metadata
  return budgetsIn(namespace, context)
    .filter(needsExpected)
    .map(({metadata}) => `${namespace}/${metadata.name}`)
}

export const disruptionController: ControllerSpec = {
  name: 'disruption-controller',
  identity: 'disruption-controller',
  watches: [
    watching({resource: podDisruptionBudgets}),
    watching({resource: pods, toKeys: podKeys}),
    watching({resource: deployments, toKeys: scaled}),
    watching({resource: replicaSets, toKeys: scaled}),
    watching({resource: replicationControllers, toKeys: scaled}),
    watching({resource: statefulSets, toKeys: scaled}),
  ],
  reconcile: async (key, context) => {
    const budget = context.cache(podDisruptionBudgets).getByKey(key)
    return budget ? reconcile(budget, context) : undefined
  },
}

const reconcile = async (budget: Budget, context: ReconcileContext): Promise<Result> => {
  const {cache, clock, events} = context
  const covered = cache(pods)
    .list(budget.metadata.namespace)
    .filter(({metadata}) => covers(budget, metadata.labels))
  if (covered.length === 0) events.record(budget, 'Normal', 'NoPods', 'No matching pods found')
  const nowMs = clock.now()
  let expected = 0
  try {
    if (needsExpected(budget)) expected = await askExpected(budget, covered, context)
  } catch (error) {
    await failSafe(budget, error, context)
    throw error
  }
  const disrupted = planDisrupted(budget, covered, nowMs)
  for (const {metadata} of disrupted.expired) {
    const what = `${budget.metadata.namespace}/${budget.metadata.name}`
    events.record(
      cache(pods).get(metadata) ?? budget,
      'Warning',
      'NotDeleted',
      `Pod was expected by PDB ${what} to be deleted but it wasn't`,
    )
  }
  const counts = planCounts(budget, covered.length, expected)
  const status = planStatus(budget, counts, countHealthy(covered, disrupted.still), disrupted.still, nowMs)
  await writeStatus(podDisruptionBudgets, budget, status, context)
  return disrupted.nextMs === undefined ? undefined : {requeueAfterMs: Math.max(1, disrupted.nextMs)}
}

const askExpected = async (
  budget: Budget,
  covered: readonly Cached<Pod>[],
  context: ReconcileContext,
): Promise<number> => {
  const {count, unmanaged} = await expectedCount(covered, context)
  if (unmanaged.length > 0) {
    const selector = JSON.stringify(budget.spec?.selector ?? {})
    const message = `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`
    context.events.record(budget, 'Warning', 'UnmanagedPods', message)
  }
  return count
}

/** When nobody knows, nothing may be disrupted. */
const failSafe = async (budget: Budget, error: unknown, context: ReconcileContext): Promise<void> => {
  const message = messageOf(error)
  context.events.record(
    budget,
    'Warning',
    'CalculateExpectedPodCountFailed',
    `Failed to calculate the number of expected pods: ${message}`,
  )
  const old = sendable(budget).status
  const conditions = withAllowed(budget, {status: 'False', reason: 'SyncFailed'}, message, context.clock.now())
  await writeStatus(
    podDisruptionBudgets,
    budget,
    {
      ...old,
      currentHealthy: old?.currentHealthy ?? 0,
      desiredHealthy: old?.desiredHealthy ?? 0,
      expectedPods: old?.expectedPods ?? 0,
      disruptionsAllowed: 0,
      conditions,
    },
    context,
  )
}
