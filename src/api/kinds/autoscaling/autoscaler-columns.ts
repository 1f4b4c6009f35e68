// The table of autoscalers, the same in v1 and v2.
import type {Column} from '../../kind.ts'
import type {
  V2HorizontalPodAutoscaler,
  V2MetricSpec,
  V2MetricStatus,
  V2MetricTarget,
  V2MetricValueStatus,
} from '../../schema/types.gen.ts'
import {ageColumn, column, firstFew, nameColumn} from '../columns.ts'

const unknown = '<unknown>'

const valueText = (current: V2MetricValueStatus | undefined, target: V2MetricTarget | undefined): string =>
  target?.averageValue === undefined
    ? `${current?.value ?? unknown}/${target?.value ?? '<nil>'}`
    : `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`

const resourceText = (name: string, current: V2MetricValueStatus | undefined, target: V2MetricTarget): string => {
  if (target.averageValue !== undefined) return `${name}: ${current?.averageValue ?? unknown}/${target.averageValue}`
  const used = current?.averageUtilization === undefined ? unknown : `${current.averageUtilization}%`
  return `${name}: ${used}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`
}

const metricText = (spec: V2MetricSpec, status: V2MetricStatus | undefined): string => {
  switch (spec.type) {
    case 'External':
      return valueText(status?.external?.current, spec.external?.target)
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? unknown}/${spec.pods?.target.averageValue ?? ''}`
    case 'Object':
      return valueText(status?.object?.current, spec.object?.target)
    case 'Resource':
      return spec.resource ? resourceText(spec.resource.name, status?.resource?.current, spec.resource.target) : ''
    case 'ContainerResource':
      return spec.containerResource
        ? resourceText(spec.containerResource.name, status?.containerResource?.current, spec.containerResource.target)
        : ''
    default:
      return '<unknown type>'
  }
}

const metricsCell = ({spec, status}: V2HorizontalPodAutoscaler): string => {
  const texts = (spec?.metrics ?? []).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]))
  return texts.length === 0 ? '<none>' : firstFew(texts, 2, ', ')
}

export const autoscalerColumns: readonly Column<V2HorizontalPodAutoscaler>[] = [
  nameColumn,
  column('Reference', ({spec}) => `${spec?.scaleTargetRef.kind ?? ''}/${spec?.scaleTargetRef.name ?? ''}`, {
    doc: 'spec.scaleTargetRef',
  }),
  column('Targets', metricsCell, {doc: 'spec.metrics'}),
  column('MinPods', ({spec}) => (spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas)), {
    doc: 'spec.minReplicas',
  }),
  column('MaxPods', ({spec}) => spec?.maxReplicas ?? 0, {doc: 'spec.maxReplicas'}),
  column('Replicas', ({status}) => status?.currentReplicas ?? 0, {doc: 'status.currentReplicas'}),
  ageColumn,
]
