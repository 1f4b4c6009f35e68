import type {
  V2HorizontalPodAutoscaler,
  V2HPAScalingRules,
  V2MetricIdentifier,
  V2MetricSpec,
  V2MetricStatus,
  V2MetricTarget,
} from '../../../api/schema/types.gen.ts'
import {longTime, writeAnnotations, writeLabels} from '../common.ts'
import type {Page} from '../page.ts'

const current = (value: string | undefined): string => value ?? '<unknown>'

const average = (target: V2MetricTarget): string => target.averageValue ?? target.value ?? ''

const resourceLine = (
  name: string,
  where: string,
  target: V2MetricTarget,
  now: {averageValue?: string | undefined; averageUtilization?: number | undefined} | undefined,
): [string, string] => {
  if (target.averageValue)
    return [`resource ${name} ${where}:`, `${current(now?.averageValue)} / ${target.averageValue}`]
  const used =
    now?.averageUtilization === undefined ? '<unknown>' : `${now.averageUtilization}% (${now.averageValue ?? ''})`
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`
  return [`resource ${name} ${where}  (as a percentage of request):`, `${used} / ${wanted}`]
}

const nameOf = ({name}: V2MetricIdentifier): string => JSON.stringify(name)

const metricLine = (metric: V2MetricSpec, status: V2MetricStatus | undefined): [string, string] => {
  if (metric.resource)
    return resourceLine(metric.resource.name, 'on pods', metric.resource.target, status?.resource?.current)
  if (metric.containerResource) {
    const {name, container, target} = metric.containerResource
    return resourceLine(
      name,
      `of container "${container}" on pods`.replaceAll('"', '"'),
      target,
      status?.containerResource?.current,
    )
  }
  if (metric.pods)
    return [
      `${nameOf(metric.pods.metric)} on pods:`,
      `${current(status?.pods?.current.averageValue)} / ${average(metric.pods.target)}`,
    ]
  if (metric.object) {
    const {metric: id, describedObject, target} = metric.object
    const now = target.type === 'AverageValue' ? status?.object?.current.averageValue : status?.object?.current.value
    return [
      `${nameOf(id)} on ${describedObject.kind}/${describedObject.name} (target ${target.type === 'AverageValue' ? 'average value' : 'value'}):`,
      `${current(now)} / ${average(target)}`,
    ]
  }
  if (metric.external) {
    const {metric: id, target} = metric.external
    const isAverage = target.averageValue !== undefined
    const now = isAverage ? status?.external?.current.averageValue : status?.external?.current.value
    return [`${nameOf(id)} (target ${isAverage ? 'average value' : 'value'}):`, `${current(now)} / ${average(target)}`]
  }
  return [`<unknown metric type "${metric.type}">`, '']
}

const writeRules = (page: Page, title: string, rules: V2HPAScalingRules | undefined): void => {
  if (!rules) return
  page.line(1, `${title}:`)
  if (rules.stabilizationWindowSeconds !== undefined)
    page.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`)
  if (rules.tolerance !== undefined) page.line(2, `Tolerance: ${rules.tolerance}`)
  if (!rules.policies?.length) return
  page.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`)
  page.line(2, 'Policies:')
  for (const {type, value, periodSeconds} of rules.policies)
    page.line(3, `- Type: ${type}`.padEnd(14), `Value: ${value}`, `Period: ${periodSeconds} seconds`)
}

export const writeAutoscaler = (page: Page, {metadata, spec, status}: V2HorizontalPodAutoscaler): void => {
  page.line(0, 'Name:', metadata?.name ?? '')
  page.line(0, 'Namespace:', metadata?.namespace ?? '')
  writeLabels(page, 'Labels', metadata?.labels)
  writeAnnotations(page, metadata?.annotations)
  page.line(0, 'CreationTimestamp:', longTime(metadata?.creationTimestamp))
  page.line(0, 'Reference:', `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`)
  page.line(0, 'Metrics:', '( current / target )')
  ;(spec?.metrics ?? []).forEach((metric, at) => {
    const [title, value] = metricLine(metric, status?.currentMetrics?.[at])
    page.line(1, title, value)
  })
  page.line(0, 'Min replicas:', spec?.minReplicas ?? '<unset>')
  page.line(0, 'Max replicas:', spec?.maxReplicas ?? 0)
  if (spec?.behavior) {
    page.line(0, 'Behavior:')
    writeRules(page, 'Scale Up', spec.behavior.scaleUp)
    writeRules(page, 'Scale Down', spec.behavior.scaleDown)
  }
  page.line(
    0,
    `${spec?.scaleTargetRef.kind} pods:`,
    `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`,
  )
  if (!status?.conditions?.length) return
  page.line(0, 'Conditions:')
  page.line(1, 'Type', 'Status', 'Reason', 'Message')
  page.line(1, '----', '------', '------', '-------')
  for (const {type, status: state, reason, message} of status.conditions)
    page.line(1, type, state, reason ?? '', message ?? '')
}
