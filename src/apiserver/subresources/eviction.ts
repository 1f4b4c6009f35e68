// pods/eviction: a deletion that asks the disruption budgets first.
import {ApiError} from '../../api/errors.ts'
import {labelSelector} from '../../api/meta/label-selector.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {podDisruptionBudgets} from '../../api/resources.ts'
import {definition} from '../../api/schema/definitions.ts'
import type {Eviction, Pod, PodDisruptionBudget} from '../../api/schema/types.gen.ts'
import type {Entry} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {badRequest} from '../errors.ts'
import {deleteObject} from '../handlers/delete.ts'
import {existing} from '../handlers/get.ts'
import {copyOf} from '../registry/freeze.ts'
import {listPrefix} from '../registry/keys.ts'
import {encode} from '../registry/objects.ts'
import type {Call} from '../request/call.ts'
import type {DeleteOptions, Propagation} from '../request/delete-options.ts'
import {readObject} from '../request/object.ts'
import {writeOptions} from '../request/write-options.ts'
import {created} from '../respond/status.ts'
import {timestamp} from '../timestamp.ts'
import {admitPart} from './connect.ts'
import type {SubresourceHandler} from './index.ts'

type Budget = DeepReadonly<PodDisruptionBudget>
type ReadPod = DeepReadonly<Pod>

const refused = (budget: Budget, message: string): ApiError =>
  new ApiError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    details: {causes: [{reason: 'DisruptionBudget', message}]},
  })

const notYet = (budget: Budget): ApiError =>
  new ApiError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    details: {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${budget.metadata?.name} is still being processed by the server.`,
        },
      ],
      retryAfterSeconds: 10,
    },
  })

/** Pods that do not run, or are on their way out, cost a budget nothing. */
const isFree = (pod: ReadPod): boolean =>
  pod.metadata?.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(pod.status?.phase ?? '')

const isReady = (pod: ReadPod): boolean =>
  (pod.status?.conditions ?? []).some(({type, status}) => type === 'Ready' && status === 'True')

const budgetsOf = (backend: Backend, namespace: string, pod: ReadPod): Entry[] =>
  backend.store.list(listPrefix(podDisruptionBudgets, namespace)).entries.filter((entry) => {
    const budget = backend.objects.stored(entry) as unknown as Budget
    return labelSelector(budget.spec?.selector)(pod.metadata?.labels)
  })

const check = (budget: Budget): void => {
  const {status, metadata} = budget
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) throw notYet(budget)
  const allowed = status?.disruptionsAllowed ?? 0
  if (allowed < 0)
    throw new ApiError(
      'Forbidden',
      `poddisruptionbudgets.policy "${metadata?.name}" is forbidden: pdb disruptions allowed is negative`,
    )
  if (Object.keys(status?.disruptedPods ?? {}).length > 2000)
    throw new ApiError(
      'Forbidden',
      `poddisruptionbudgets.policy "${metadata?.name}" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller`,
    )
  if (allowed === 0)
    throw refused(
      budget,
      `The disruption budget ${metadata?.name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`,
    )
}

/** Counts the eviction, so that the next one sees it before the controller does. False: somebody else was faster. */
const charge = async (backend: Backend, entry: Entry, podName: string): Promise<boolean> => {
  const budget = copyOf(backend.objects.stored(entry)) as unknown as PodDisruptionBudget & KubeObject
  const status = (budget.status ??= {} as NonNullable<PodDisruptionBudget['status']>)
  status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1
  status.disruptedPods = {...status.disruptedPods, [podName]: timestamp(backend.clock.now())}
  const outcome = await backend.store.update(
    entry.key,
    (revision) => encode({...budget, metadata: {...budget.metadata, resourceVersion: String(revision)}}),
    entry.revision,
  )
  return outcome.kind === 'written'
}

const attempts = 10

const askBudget = async (backend: Backend, call: Call, pod: ReadPod, dryRun: boolean): Promise<void> => {
  const {namespace, name} = call.info
  for (let tried = 0; tried < attempts; tried++) {
    const budgets = budgetsOf(backend, namespace, pod)
    const [entry] = budgets
    if (!entry) return
    if (budgets.length > 1)
      throw new ApiError(
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      )
    const budget = backend.objects.stored(entry) as unknown as Budget
    if (!isReady(pod) && budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return
    if (
      !isReady(pod) &&
      (budget.status?.currentHealthy ?? 0) >= (budget.status?.desiredHealthy ?? 0) &&
      (budget.status?.desiredHealthy ?? 0) > 0
    )
      return
    check(budget)
    if (dryRun || (await charge(backend, entry, name))) return
  }
  throw new ApiError('Conflict', 'Operation cannot be fulfilled: the disruption budget keeps changing')
}

const optionsOf = (eviction: Eviction, dryRun: boolean): DeleteOptions => {
  const options = eviction.deleteOptions ?? {}
  return {
    dryRun: dryRun || (options.dryRun ?? []).includes('All'),
    gracePeriodSeconds: options.gracePeriodSeconds,
    orphanDependents: options.orphanDependents,
    propagationPolicy: options.propagationPolicy as Propagation | undefined,
    uid: options.preconditions?.uid,
    resourceVersion: options.preconditions?.resourceVersion,
    raw: {...options, kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1'},
  }
}

export const evict: SubresourceHandler = async (backend, call, kind) => {
  const {namespace, name} = call.info
  const write = writeOptions(call, 'CreateOptions')
  const schema = definition('io.k8s.api.policy.v1.Eviction')
  const eviction = await readObject<Eviction>(
    call,
    {group: 'policy', version: 'v1', kind: 'Eviction', schema},
    write.fieldValidation,
  )
  const said = eviction.metadata?.name ?? ''
  if (said !== '' && said !== name) throw badRequest('name in URL does not match name in Eviction object')
  const pod = backend.objects.object(kind, existing(backend, kind, namespace, name)) as unknown as ReadPod
  const options = optionsOf(eviction, write.dryRun)
  const object = eviction as KubeObject
  await admitPart(backend, call, kind, {operation: 'CREATE', object, dryRun: write.dryRun, options: write.raw})
  if (!isFree(pod)) await askBudget(backend, call, pod, options.dryRun)
  await deleteObject({backend, call, kind, namespace, name, options})
  return created
}
