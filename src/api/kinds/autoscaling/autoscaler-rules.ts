// Autoscalers, checked as v2.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {pathSegment} from '../../meta/names.ts'
import {canonicalQuantity, quantitySign} from '../../meta/quantity.ts'
import type {
  HorizontalPodAutoscaler,
  V2HorizontalPodAutoscaler,
  V2HPAScalingRules,
  V2MetricSpec,
  V2MetricTarget,
} from '../../schema/types.gen.ts'
import {checkName, checkOneOf, checkRequired} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {keepStatus} from '../status.ts'
import {toV2} from './conversion.ts'

const completeRules = (rules: V2HPAScalingRules | undefined, direction: 'up' | 'down'): V2HPAScalingRules => ({
  ...(direction === 'up' ? {stabilizationWindowSeconds: 0} : {}),
  selectPolicy: 'Max',
  policies:
    direction === 'up'
      ? [
          {type: 'Pods', value: 4, periodSeconds: 15},
          {type: 'Percent', value: 100, periodSeconds: 15},
        ]
      : [{type: 'Percent', value: 100, periodSeconds: 15}],
  ...rules,
})

const applyDefaults = (autoscaler: V2HorizontalPodAutoscaler): void => {
  const {spec} = autoscaler
  if (!spec) return
  spec.minReplicas ??= 1
  if (!spec.metrics?.length)
    spec.metrics = [{type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 80}}}]
  if (!spec.behavior) return
  spec.behavior.scaleUp = completeRules(spec.behavior.scaleUp, 'up')
  spec.behavior.scaleDown = completeRules(spec.behavior.scaleDown, 'down')
}

const sourceFields: {readonly [type: string]: keyof V2MetricSpec} = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}

const validateTarget = (target: V2MetricTarget | undefined, path: string, errors: FieldErrors): void => {
  if (!target?.type) errors.required(`${path}.type`, 'must specify a metric target type')
  else checkOneOf(target.type, ['AverageValue', 'Utilization', 'Value'], `${path}.type`, errors)
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target?.[field]
    if (amount !== undefined && quantitySign(amount) <= 0)
      errors.invalid(`${path}.${field}`, canonicalQuantity(amount), 'must be positive')
  }
  const used = target?.averageUtilization
  if (used !== undefined && used < 1) errors.invalid(`${path}.averageUtilization`, used, 'must be greater than 0')
}

const validateResourceTarget = (target: V2MetricTarget, path: string, errors: FieldErrors): void => {
  validateTarget(target, path, errors)
  if (target.averageUtilization === undefined && target.averageValue === undefined)
    errors.required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization')
  if (target.averageUtilization !== undefined && target.averageValue !== undefined)
    errors.forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization')
}

const validateMetric = (metric: V2MetricSpec, path: string, errors: FieldErrors): void => {
  if (!metric.type) {
    errors.required(`${path}.type`, 'must specify a metric source type')
    return
  }
  const known = Object.keys(sourceFields)
  if (!known.includes(metric.type)) errors.notSupported(`${path}.type`, metric.type, known)
  const field = sourceFields[metric.type]
  if (field && metric[field] === undefined)
    errors.required(`${path}.${field}`, 'must populate information for the given metric source')
  for (const other of Object.values(sourceFields))
    if (other !== field && metric[other] !== undefined)
      errors.forbidden(`${path}.${other}`, 'must populate the given metric source only')
  validateSource(metric, path, errors)
}

const validateSource = (
  {resource, containerResource, pods, object, external}: V2MetricSpec,
  path: string,
  errors: FieldErrors,
) => {
  if (resource) {
    checkRequired(resource.name, `${path}.resource.name`, errors, 'must specify a resource name')
    validateResourceTarget(resource.target, `${path}.resource.target`, errors)
  }
  if (containerResource) {
    checkRequired(containerResource.name, `${path}.containerResource.name`, errors, 'must specify a resource name')
    checkRequired(
      containerResource.container,
      `${path}.containerResource.container`,
      errors,
      'must specify a container',
    )
    validateResourceTarget(containerResource.target, `${path}.containerResource.target`, errors)
  }
  for (const [name, source] of Object.entries({pods, object, external})) {
    if (!source) continue
    checkRequired(source.metric.name, `${path}.${name}.metric.name`, errors, 'must specify a metric name')
    validateLabelSelector(source.metric.selector, `${path}.${name}.metric.selector`, errors)
    validateTarget(source.target, `${path}.${name}.target`, errors)
    if (source.target.averageValue === undefined && (name === 'pods' || source.target.value === undefined))
      errors.required(
        `${path}.${name}.target.averageValue`,
        name === 'pods'
          ? 'must specify a positive target averageValue'
          : 'must set either a target value for metric or a per-pod target',
      )
  }
}

const validateScaling = (rules: V2HPAScalingRules | undefined, path: string, errors: FieldErrors): void => {
  if (!rules) return
  const window = rules.stabilizationWindowSeconds
  if (window !== undefined && window < 0)
    errors.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero')
  if (window !== undefined && window > 3600)
    errors.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600')
  if (rules.selectPolicy !== undefined)
    checkOneOf(rules.selectPolicy, ['Disabled', 'Max', 'Min'], `${path}.selectPolicy`, errors)
  if (!rules.policies?.length) errors.required(`${path}.policies`, 'must specify at least one Policy')
  for (const [index, {type, value, periodSeconds}] of (rules.policies ?? []).entries()) {
    const at = `${path}.policies[${index}]`
    checkOneOf(type, ['Percent', 'Pods'], `${at}.type`, errors)
    if (value <= 0) errors.invalid(`${at}.value`, value, 'must be greater than zero')
    if (periodSeconds <= 0) errors.invalid(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero')
    if (periodSeconds > 1800) errors.invalid(`${at}.periodSeconds`, periodSeconds, 'must be less than or equal to 1800')
  }
}

const validate = ({spec}: V2HorizontalPodAutoscaler, errors: FieldErrors): void => {
  const {minReplicas: min, maxReplicas: max = 0, scaleTargetRef} = spec ?? {}
  if (min !== undefined && min < 1) errors.invalid('spec.minReplicas', min, 'must be greater than or equal to 1')
  if (max < 1) errors.invalid('spec.maxReplicas', max, 'must be greater than 0')
  if (min !== undefined && max < min)
    errors.invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')
  for (const field of ['kind', 'name'] as const)
    if (checkRequired(scaleTargetRef?.[field], `spec.scaleTargetRef.${field}`, errors))
      checkName(pathSegment, scaleTargetRef?.[field], `spec.scaleTargetRef.${field}`, errors)
  for (const [index, metric] of (spec?.metrics ?? []).entries())
    validateMetric(metric, `spec.metrics[${index}]`, errors)
  validateScaling(spec?.behavior?.scaleUp, 'spec.behavior.scaleUp', errors)
  validateScaling(spec?.behavior?.scaleDown, 'spec.behavior.scaleDown', errors)
}

export const autoscalerStrategy: Strategy<V2HorizontalPodAutoscaler> = {
  default: applyDefaults,
  prepareForCreate: (autoscaler) => {
    autoscaler.status = {desiredReplicas: 0, currentMetrics: null as unknown as []}
  },
  prepareForUpdate: keepStatus,
  validate,
}

export const autoscalerV1Strategy: Strategy<HorizontalPodAutoscaler> = {
  default: ({spec}) => {
    if (spec) spec.minReplicas ??= 1
  },
  prepareForCreate: (autoscaler) => {
    autoscaler.status = {currentReplicas: 0, desiredReplicas: 0}
  },
  prepareForUpdate: keepStatus,
  validate: (autoscaler, errors) => validate(toV2(autoscaler), errors),
}
