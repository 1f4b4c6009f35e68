// One metric of an autoscaler: what it reads now, and how many replicas it asks for.
import {formatQuantity, quantityMilliValue} from '../../api/meta/quantity.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {Pod, V2MetricSpec, V2MetricStatus, V2MetricTarget} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {resourceOf} from '../discovery/find.ts'
import {messageOf} from '../objects/slow-start.ts'
import {externalMetric, objectMetric, podsMetric, resourceMetrics} from './metrics.ts'
import {
  groupPods,
  type PodMetrics,
  proposeForAverage,
  proposeForPods,
  proposeForValue,
  type Tolerances,
  type Usage,
} from './replicas.ts'

export interface Target {
  readonly namespace: string
  readonly selector: string
  readonly pods: readonly Cached<Pod>[]
  readonly specReplicas: number
  readonly statusReplicas: number
  readonly tolerances: Tolerances
}
export interface Proposal {
  readonly replicas: number
  /** `cpu resource utilization (percentage of request)`: what events and conditions call it. */
  readonly name: string
  readonly status: V2MetricStatus
}

/** Fails with the reason the condition ScalingActive gives. */
export class MetricError extends Error {
  override readonly name = 'MetricError'
  readonly reason: string
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

type Spec = DeepReadonly<V2MetricSpec>

const milli = (value: number): string =>
  formatQuantity({nanos: BigInt(Math.round(value)) * 1_000_000n, format: 'DecimalSI'})
const sum = (metrics: PodMetrics): number => [...metrics.values()].reduce((total, {value}) => total + value, 0)

export const propose = async (spec: Spec, target: Target, context: ReconcileContext): Promise<Proposal> => {
  switch (spec.type) {
    case 'Resource':
      return orFail('FailedGetResourceMetric', () => forResource(spec.resource, undefined, target, context))
    case 'ContainerResource':
      return orFail('FailedGetContainerResourceMetric', () =>
        forResource(spec.containerResource, spec.containerResource?.container, target, context),
      )
    case 'Pods':
      return orFail('FailedGetPodsMetric', () => forPods(spec, target, context))
    case 'Object':
      return orFail('FailedGetObjectMetric', () => forObject(spec, target, context))
    case 'External':
      return orFail('FailedGetExternalMetric', () => forExternal(spec, target, context))
    default:
      throw new MetricError('InvalidMetricSourceType', `unknown metric source type "${spec.type}"`)
  }
}

const orFail = async (reason: string, call: () => Promise<Proposal>): Promise<Proposal> => {
  try {
    return await call()
  } catch (error) {
    throw new MetricError(reason, messageOf(error), {cause: error})
  }
}

const forResource = async (
  source: {readonly name: string; readonly target: DeepReadonly<V2MetricTarget>} | undefined,
  container: string | undefined,
  target: Target,
  context: ReconcileContext,
): Promise<Proposal> => {
  const {name = '', target: wanted} = source ?? {}
  const {averageValue, averageUtilization} = wanted ?? {}
  const asValue = averageValue !== undefined
  const what = asValue ? 'usage' : 'utilization'
  const metrics = await resourceMetrics(name, container, target, context).catch((error: unknown) => {
    throw new Error(`failed to get ${name} ${what}: unable to get metrics for resource ${name}: ${messageOf(error)}`, {
      cause: error,
    })
  })
  const groups = groupPods(target.pods, metrics, {isCpu: name === 'cpu', nowMs: context.clock.now()})
  const requests = asValue ? new Map<string, number>() : requestsOf(target.pods, name, container)
  const goal = asValue ? quantityMilliValue(averageValue) : (averageUtilization ?? 0)
  const usageOf = (all: PodMetrics): Usage => {
    const average = sum(all) / all.size
    if (asValue) return {ratio: average / goal, current: average, average}
    const requested = [...all.keys()].reduce((total, pod) => total + (requests.get(pod) ?? 0), 0)
    if (requested === 0) throw new Error('no metrics returned matched known pods')
    const current = Math.trunc((sum(all) * 100) / requested)
    return {ratio: current / goal, current, average}
  }
  // While shrinking, a pod of which nothing is known is taken to be fully used.
  const assumed = (pod: string): number =>
    asValue ? goal : Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, goal)) / 100)
  const {replicas, usage} = proposeForPods({
    current: target.specReplicas,
    metrics,
    groups,
    usageOf,
    assumed,
    tolerances: target.tolerances,
  })
  const current = asValue
    ? {averageValue: milli(usage.average)}
    : {averageUtilization: usage.current, averageValue: milli(usage.average)}
  const place = container === undefined ? `${name} resource` : `${name} container resource`
  return {
    replicas,
    name: asValue ? place : `${place} utilization (percentage of request)`,
    status:
      container === undefined
        ? {type: 'Resource', resource: {name, current}}
        : {type: 'ContainerResource', containerResource: {name, container, current}},
  }
}

const requestsOf = (
  pods: readonly Cached<Pod>[],
  resource: string,
  container: string | undefined,
): ReadonlyMap<string, number> => {
  const requests = new Map<string, number>()
  for (const {metadata, spec} of pods) {
    const sidecars = (spec?.initContainers ?? []).filter(({restartPolicy}) => restartPolicy === 'Always')
    let total = 0
    for (const {name, resources} of [...(spec?.containers ?? []), ...sidecars]) {
      if (container !== undefined && container !== name) continue
      const request = resources?.requests?.[resource]
      if (request === undefined)
        throw new Error(
          `failed to get ${resource} utilization: missing request for ${resource} in container ${name} of Pod ${metadata.name}`,
        )
      total += quantityMilliValue(request)
    }
    requests.set(metadata.name, total)
  }
  return requests
}

const forPods = async ({pods: source}: Spec, target: Target, context: ReconcileContext): Promise<Proposal> => {
  const metric = source?.metric ?? {name: ''}
  const goal = quantityMilliValue(source?.target.averageValue ?? '0')
  const metrics = await podsMetric(metric, target, context).catch((error: unknown) => {
    throw new Error(
      `failed to get pods metric value: unable to get metric ${metric.name}: unable to fetch metrics from custom metrics API: ${messageOf(error)}`,
      {cause: error},
    )
  })
  const groups = groupPods(target.pods, metrics, {isCpu: false, nowMs: context.clock.now()})
  const usageOf = (all: PodMetrics): Usage => {
    const average = sum(all) / all.size
    return {ratio: average / goal, current: average, average}
  }
  const {replicas, usage} = proposeForPods({
    current: target.specReplicas,
    metrics,
    groups,
    usageOf,
    assumed: () => goal,
    tolerances: target.tolerances,
  })
  return {
    replicas,
    name: `pods metric ${metric.name}`,
    status: {type: 'Pods', pods: {metric: sent(metric), current: {averageValue: milli(usage.average)}}},
  }
}

const sent = (metric: {readonly name: string; readonly selector?: object | undefined}): {name: string} => ({...metric})

const forObject = async ({object: source}: Spec, target: Target, context: ReconcileContext): Promise<Proposal> => {
  const metric = source?.metric ?? {name: ''}
  const described = source?.describedObject ?? {kind: '', name: ''}
  const resource = await resourceOf(described, context)
  if (!resource) throw new Error(`failed to get object metric value: no matches for kind "${described.kind}"`)
  const place = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
  const value = await objectMetric(
    metric,
    {namespace: target.namespace, resource: place, name: described.name},
    context,
  ).catch((error: unknown) => {
    throw new Error(
      `failed to get object metric value: unable to get metric ${metric.name}: ${described.kind} on ${target.namespace} ${described.name}/${messageOf(error)}`,
      {cause: error},
    )
  })
  const {replicas, current} = forWhole(value, source?.target, target)
  return {
    replicas,
    name: `${described.kind} metric ${metric.name}`,
    status: {type: 'Object', object: {metric: sent(metric), current, describedObject: {...described}}},
  }
}

const forExternal = async ({external: source}: Spec, target: Target, context: ReconcileContext): Promise<Proposal> => {
  const metric = source?.metric ?? {name: ''}
  const value = await externalMetric(metric, target.namespace, context).catch((error: unknown) => {
    throw new Error(
      `failed to get ${metric.name} external metric value: unable to get external metric ${target.namespace}/${metric.name}: unable to fetch metrics from external metrics API: ${messageOf(error)}`,
      {cause: error},
    )
  })
  const {replicas, current} = forWhole(value, source?.target, target)
  return {
    replicas,
    name: `external metric ${metric.name}`,
    status: {type: 'External', external: {metric: sent(metric), current}},
  }
}

const forWhole = (
  value: number,
  wanted: DeepReadonly<V2MetricTarget> | undefined,
  {specReplicas, statusReplicas, pods, tolerances}: Target,
): {readonly replicas: number; readonly current: {value?: string; averageValue?: string}} => {
  if (wanted?.averageValue !== undefined) {
    const goal = quantityMilliValue(wanted.averageValue)
    return {
      replicas: proposeForAverage(statusReplicas, value, goal, tolerances),
      current: {averageValue: milli(Math.ceil(value / Math.max(1, statusReplicas)))},
    }
  }
  const goal = quantityMilliValue(wanted?.value ?? '0')
  return {replicas: proposeForValue(specReplicas, value / goal, pods, tolerances), current: {value: milli(value)}}
}
