// Asks the metrics APIs, whoever serves them.
import {ApiError, errorFromStatus} from '../../api/errors.ts'
import {quantityMilliValue} from '../../api/meta/quantity.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {LabelSelector, Status} from '../../api/schema/types.gen.ts'
import type {ReconcileContext} from '../../reconcile/contract.ts'
import {jsonOf} from '../discovery/discover.ts'
import type {PodMetric, PodMetrics} from './replicas.ts'

type Client = Pick<ReconcileContext, 'client' | 'signal'>

const durationMs = (text: string | undefined): number => {
  let totalMs = 0
  const units: Record<string, number> = {h: 3_600_000, m: 60_000, s: 1000, ms: 1}
  for (const [, amount, unit] of (text ?? '').matchAll(/([\d.]+)(ms|h|m|s)/g))
    totalMs += Number(amount) * (units[unit ?? ''] ?? 0)
  return totalMs
}

const ask = async (url: string, what: string, {client, signal}: Client): Promise<unknown> => {
  const response = await client.raw({method: 'GET', url, headers: {accept: 'application/json'}, signal})
  if (response.status < 400) return jsonOf(response)
  // A group that nobody serves answers with a plain 404.
  if (response.status === 404)
    throw new ApiError('NotFound', `the server could not find the requested resource (get ${what})`)
  throw errorFromStatus((await jsonOf(response)) as Status)
}

interface PodMetricsList {
  readonly items: readonly {
    readonly metadata: {readonly name: string}
    readonly timestamp: string
    readonly window: string
    readonly containers: readonly {readonly name: string; readonly usage: Readonly<Record<string, string>>}[]
  }[]
}

/** CPU or memory by pod: of all its containers, or of one. */
export const resourceMetrics = async (
  resource: string,
  container: string | undefined,
  {namespace, selector}: {readonly namespace: string; readonly selector: string},
  client: Client,
): Promise<PodMetrics> => {
  const url = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`
  let list: PodMetricsList
  try {
    list = (await ask(url, 'pods.metrics.k8s.io', client)) as PodMetricsList
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw new ApiError(error.reason, `unable to fetch metrics from resource metrics API: ${error.message}`, {
      cause: error,
    })
  }
  if (list.items.length === 0) throw new Error('no metrics returned from resource metrics API')
  const metrics = new Map<string, PodMetric>()
  for (const {metadata, timestamp, window, containers} of list.items) {
    const wanted = container === undefined ? containers : containers.filter(({name}) => name === container)
    const values = wanted.map(({usage}) => usage[resource])
    // Half a pod's usage would mislead.
    if (values.length === 0 || values.some((value) => value === undefined)) continue
    const value = values.reduce((total, each) => total + quantityMilliValue(each ?? '0'), 0)
    metrics.set(metadata.name, {value, atMs: Date.parse(timestamp), windowMs: durationMs(window)})
  }
  return metrics
}

interface MetricValueList {
  readonly items: readonly {
    readonly describedObject?: {readonly name?: string}
    readonly timestamp?: string
    readonly windowSeconds?: number
    readonly value: string
  }[]
}

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2'

const selectorText = (selector: DeepReadonly<LabelSelector> | undefined): string => {
  const parts = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  for (const {key, operator, values = []} of selector?.matchExpressions ?? []) {
    if (operator === 'Exists') parts.push(key)
    else if (operator === 'DoesNotExist') parts.push(`!${key}`)
    else parts.push(`${key} ${operator.toLowerCase()} (${values.join(',')})`)
  }
  return parts.join(',')
}

export interface MetricName {
  readonly name: string
  readonly selector?: DeepReadonly<LabelSelector> | undefined
}

export const podsMetric = async (
  metric: MetricName,
  {namespace, selector}: {readonly namespace: string; readonly selector: string},
  client: Client,
): Promise<PodMetrics> => {
  const query = new URLSearchParams({labelSelector: selector, metricLabelSelector: selectorText(metric.selector)})
  const url = `${CUSTOM}/namespaces/${namespace}/pods/*/${metric.name}?${query}`
  const list = (await ask(url, 'pods.custom.metrics.k8s.io', client)) as MetricValueList
  return new Map(
    list.items.map(({describedObject, timestamp, windowSeconds = 60, value}) => [
      describedObject?.name ?? '',
      {value: quantityMilliValue(value), atMs: Date.parse(timestamp ?? ''), windowMs: windowSeconds * 1000},
    ]),
  )
}

export const objectMetric = async (
  metric: MetricName,
  {namespace, resource, name}: {readonly namespace: string; readonly resource: string; readonly name: string},
  client: Client,
): Promise<number> => {
  const query = new URLSearchParams({metricLabelSelector: selectorText(metric.selector)})
  const scope =
    resource === 'namespaces' ? `/namespaces/${name}/metrics` : `/namespaces/${namespace}/${resource}/${name}`
  const list = (await ask(
    `${CUSTOM}${scope}/${metric.name}?${query}`,
    `${resource}.custom.metrics.k8s.io`,
    client,
  )) as MetricValueList
  const [first] = list.items
  if (!first) throw new Error('unable to fetch metrics from custom metrics API: no metrics returned')
  return quantityMilliValue(first.value)
}

export const externalMetric = async (metric: MetricName, namespace: string, client: Client): Promise<number> => {
  const query = new URLSearchParams({labelSelector: selectorText(metric.selector)})
  const url = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${metric.name}?${query}`
  const list = (await ask(url, `${metric.name}.external.metrics.k8s.io`, client)) as MetricValueList
  if (list.items.length === 0) throw new Error('no metrics returned from external metrics API')
  return list.items.reduce((total, {value}) => total + quantityMilliValue(value), 0)
}
