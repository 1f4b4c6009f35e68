// Metrics of autoscalers: v1 kept them, in an older shape, in annotations. Between that shape and v2's.
import type {V2MetricSpec, V2MetricStatus, V2MetricTarget, V2MetricValueStatus} from '../../schema/types.gen.ts'

type Selector = {matchLabels?: {[key: string]: string}} | undefined
interface OldMetricSource {
  target?: unknown
  metricName?: string
  metricSelector?: Selector
  selector?: Selector
  name?: string
  container?: string
  targetValue?: string
  targetAverageValue?: string
  targetAverageUtilization?: number
  averageValue?: string
  currentValue?: string
  currentAverageValue?: string
  currentAverageUtilization?: number
}
export interface OldMetric {
  type: string
  object?: OldMetricSource
  pods?: OldMetricSource
  resource?: OldMetricSource
  containerResource?: OldMetricSource
  external?: OldMetricSource
}

/** Without what is not there. */
const tidy = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

const utilizationTarget = (source: OldMetricSource): V2MetricTarget =>
  source.targetAverageUtilization === undefined
    ? {type: 'AverageValue', averageValue: source.targetAverageValue}
    : {type: 'Utilization', averageUtilization: source.targetAverageUtilization}

const valueTarget = (value: string | undefined, average: string | undefined): V2MetricTarget =>
  average === undefined ? {type: 'Value', value} : {type: 'AverageValue', averageValue: average}

export const newSpec = (old: OldMetric): V2MetricSpec => {
  const {type, object, pods, resource, containerResource, external} = old
  return tidy<V2MetricSpec>({
    type,
    object: object && {
      describedObject: object.target as {kind: string; name: string},
      metric: tidy({name: object.metricName ?? '', selector: object.selector}),
      target: valueTarget(object.targetValue, object.averageValue),
    },
    pods: pods && {
      metric: tidy({name: pods.metricName ?? '', selector: pods.selector}),
      target: {type: 'AverageValue', averageValue: pods.targetAverageValue},
    },
    resource: resource && {name: resource.name ?? '', target: utilizationTarget(resource)},
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      container: containerResource.container ?? '',
      target: utilizationTarget(containerResource),
    },
    external: external && {
      metric: tidy({name: external.metricName ?? '', selector: external.metricSelector}),
      target: valueTarget(external.targetValue, external.targetAverageValue),
    },
  })
}

export const oldSpec = ({type, object, pods, resource, containerResource, external}: V2MetricSpec): OldMetric =>
  tidy<OldMetric>({
    type,
    ...(object && {
      object: tidy({
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        selector: object.metric.selector as Selector,
        averageValue: object.target.averageValue,
      } as OldMetricSource),
    }),
    ...(pods && {
      pods: tidy({
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? '0',
        selector: pods.metric.selector as Selector,
      } as OldMetricSource),
    }),
    ...(resource && {
      resource: tidy({
        name: resource.name,
        targetAverageUtilization: resource.target.averageUtilization,
        targetAverageValue: resource.target.averageValue,
      } as OldMetricSource),
    }),
    ...(containerResource && {
      containerResource: tidy({
        name: containerResource.name,
        targetAverageUtilization: containerResource.target.averageUtilization,
        targetAverageValue: containerResource.target.averageValue,
        container: containerResource.container,
      } as OldMetricSource),
    }),
    ...(external && {
      external: tidy({
        metricName: external.metric.name,
        metricSelector: external.metric.selector as Selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      } as OldMetricSource),
    }),
  })

const current = (source: OldMetricSource): V2MetricValueStatus =>
  tidy({
    value: source.currentValue,
    averageValue: source.currentAverageValue,
    averageUtilization: source.currentAverageUtilization,
  } as V2MetricValueStatus)

export const newStatus = ({type, object, pods, resource, containerResource, external}: OldMetric): V2MetricStatus =>
  tidy<V2MetricStatus>({
    type,
    object: object && {
      describedObject: object.target as {kind: string; name: string},
      metric: tidy({name: object.metricName ?? '', selector: object.selector}),
      current: tidy({value: object.currentValue, averageValue: object.averageValue} as V2MetricValueStatus),
    },
    pods: pods && {metric: tidy({name: pods.metricName ?? '', selector: pods.selector}), current: current(pods)},
    resource: resource && {name: resource.name ?? '', current: current(resource)},
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      container: containerResource.container ?? '',
      current: current(containerResource),
    },
    external: external && {
      metric: tidy({name: external.metricName ?? '', selector: external.metricSelector}),
      current: current(external),
    },
  })

const average = (status: V2MetricValueStatus): OldMetricSource =>
  tidy({
    currentAverageUtilization: status.averageUtilization,
    currentAverageValue: status.averageValue ?? '0',
  } as OldMetricSource)

export const oldStatus = ({type, object, pods, resource, containerResource, external}: V2MetricStatus): OldMetric =>
  tidy<OldMetric>({
    type,
    ...(object && {
      object: tidy({
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? '0',
        selector: object.metric.selector as Selector,
        averageValue: object.current.averageValue,
      } as OldMetricSource),
    }),
    ...(pods && {
      pods: tidy({
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? '0',
        selector: pods.metric.selector as Selector,
      } as OldMetricSource),
    }),
    ...(resource && {resource: {name: resource.name, ...average(resource.current)}}),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        ...average(containerResource.current),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: tidy({
        metricName: external.metric.name,
        metricSelector: external.metric.selector as Selector,
        currentValue: external.current.value ?? '0',
        currentAverageValue: external.current.averageValue,
      } as OldMetricSource),
    }),
  })
