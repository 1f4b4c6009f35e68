// autoscaling/v1 and v2. v1 knows only a CPU target; everything else travels in its annotations.
import type {
  HorizontalPodAutoscaler,
  ObjectMeta,
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerBehavior,
  V2HorizontalPodAutoscalerCondition,
  V2MetricSpec,
  V2MetricStatus,
} from '../../schema/types.gen.ts'
import {newSpec, newStatus, type OldMetric, oldSpec, oldStatus} from './metric-conversion.ts'

const prefix = 'autoscaling.alpha.kubernetes.io'
const metricsNote = `${prefix}/metrics`
const currentMetricsNote = `${prefix}/current-metrics`
const conditionsNote = `${prefix}/conditions`
const behaviorNote = `${prefix}/behavior`
const notes = [metricsNote, currentMetricsNote, conditionsNote, behaviorNote]

/** An annotation holds whatever its author wrote; what does not parse counts as absent. */
const parsed = <T>(text: string | undefined): T | undefined => {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
const parsedList = <T>(text: string | undefined): T[] => {
  const list = parsed<unknown>(text)
  return Array.isArray(list) ? (list.filter((item) => item !== null && typeof item === 'object') as T[]) : []
}

const isCpuUtilization = ({type, resource}: V2MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined
const isCpuStatus = ({type, resource}: V2MetricStatus): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.current.averageUtilization !== undefined

const withoutNotes = (metadata: ObjectMeta | undefined): ObjectMeta => {
  const {annotations, ...rest} = metadata ?? {}
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !notes.includes(key))
  return kept.length > 0 ? {...rest, annotations: Object.fromEntries(kept)} : rest
}

const withNotes = (metadata: ObjectMeta | undefined, added: {[note: string]: unknown}): ObjectMeta => {
  const {annotations, ...rest} = metadata ?? {}
  const texts = Object.entries(added).flatMap(([note, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[note, JSON.stringify(value)]],
  )
  const all: {[note: string]: string} = {...annotations, ...Object.fromEntries(texts)}
  return Object.keys(all).length > 0 ? {...rest, annotations: all} : rest
}

const without = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

const specToV2 = (old: HorizontalPodAutoscaler): NonNullable<V2HorizontalPodAutoscaler['spec']> => {
  const annotations = old.metadata?.annotations ?? {}
  const target = old.spec?.targetCPUUtilizationPercentage
  const metrics = [
    ...parsedList<OldMetric>(annotations[metricsNote]).map(newSpec),
    ...(target === undefined
      ? []
      : [{type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: target}}}]),
  ]
  return without({
    scaleTargetRef: old.spec?.scaleTargetRef ?? {kind: '', name: ''},
    minReplicas: old.spec?.minReplicas,
    maxReplicas: old.spec?.maxReplicas ?? 0,
    metrics: metrics.length > 0 ? metrics : undefined,
    behavior: parsed<V2HorizontalPodAutoscalerBehavior>(annotations[behaviorNote]),
  })
}

const statusToV2 = (old: HorizontalPodAutoscaler): V2HorizontalPodAutoscaler['status'] => {
  const annotations = old.metadata?.annotations ?? {}
  const cpu = old.status?.currentCPUUtilizationPercentage
  const metrics = [
    ...parsedList<OldMetric>(annotations[currentMetricsNote]).map(newStatus),
    ...(cpu === undefined ? [] : [{type: 'Resource', resource: {name: 'cpu', current: {averageUtilization: cpu}}}]),
  ]
  const conditions = parsedList<V2HorizontalPodAutoscalerCondition>(annotations[conditionsNote])
  return without({
    observedGeneration: old.status?.observedGeneration,
    lastScaleTime: old.status?.lastScaleTime,
    currentReplicas: old.status?.currentReplicas || undefined,
    desiredReplicas: old.status?.desiredReplicas ?? 0,
    currentMetrics: metrics.length > 0 ? metrics : (null as unknown as undefined),
    conditions: conditions.length > 0 ? conditions : undefined,
  })
}

export const toV2 = (old: HorizontalPodAutoscaler): V2HorizontalPodAutoscaler => ({
  kind: 'HorizontalPodAutoscaler',
  apiVersion: 'autoscaling/v2',
  metadata: withoutNotes(old.metadata),
  spec: specToV2(old),
  status: statusToV2(old) ?? {desiredReplicas: 0},
})

export const fromV2 = ({metadata, spec, status}: V2HorizontalPodAutoscaler): HorizontalPodAutoscaler => {
  const cpu = spec?.metrics?.find(isCpuUtilization)
  const cpuStatus = status?.currentMetrics?.find(isCpuStatus)
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v1',
    metadata: withNotes(metadata, {
      [metricsNote]: spec?.metrics?.filter((metric) => metric !== cpu).map(oldSpec),
      [behaviorNote]: spec?.behavior,
      [currentMetricsNote]: status?.currentMetrics?.filter((metric) => metric !== cpuStatus).map(oldStatus),
      [conditionsNote]: status?.conditions,
    }),
    spec: without({
      scaleTargetRef: spec?.scaleTargetRef ?? {kind: '', name: ''},
      minReplicas: spec?.minReplicas,
      maxReplicas: spec?.maxReplicas ?? 0,
      targetCPUUtilizationPercentage: cpu?.resource?.target.averageUtilization,
    }),
    status: without({
      observedGeneration: status?.observedGeneration,
      lastScaleTime: status?.lastScaleTime,
      currentReplicas: status?.currentReplicas ?? 0,
      desiredReplicas: status?.desiredReplicas ?? 0,
      currentCPUUtilizationPercentage: cpuStatus?.resource?.current.averageUtilization,
    }),
  }
}
