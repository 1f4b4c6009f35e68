// Autoscalers, checked as v2.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {pathSegment} from '../../meta/names.ts'
import {canonicalQuantity, quantitySign} from '../../meta/quantity.ts'
import type {
  HorizontalPodAutoscaler,
  V2CrossVersionObjectReference,
  V2ExternalMetricSource,
  V2HorizontalPodAutoscaler,
  V2HPAScalingRules,
  V2MetricIdentifier,
  V2MetricSpec,
  V2MetricTarget,
} from '../../schema/types.gen.ts'
import {checkLabelName, checkName, checkOneOf, checkRequired} from '../checks.ts'
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

const targetTypes = ['AverageValue', 'Utilization', 'Value']

const validateTarget = (target: V2MetricTarget | undefined, path: string, errors: FieldErrors): void => {
  const type = target?.type ?? ''
  if (type === '') errors.required(`${path}.type`, 'must specify a metric target type')
  if (!targetTypes.includes(type))
    errors.invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')
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
  const known = Object.keys(sourceFields)
  const type = metric.type ?? ''
  if (type === '') errors.required(`${path}.type`, 'must specify a metric source type')
  // The server says so twice: before it looks at the sources, and after.
  if (!known.includes(type)) errors.notSupported(`${path}.type`, type, known)
  const field = sourceFields[type]
  if (field && metric[field] === undefined)
    errors.required(`${path}.${field}`, 'must populate information for the given metric source')
  for (const other of Object.values(sourceFields))
    if (other !== field && metric[other] !== undefined)
      errors.forbidden(`${path}.${other}`, 'must populate the given metric source only')
  validateSource(metric, path, errors)
}

const validateReference = (
  reference: V2CrossVersionObjectReference | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  for (const field of ['kind', 'name'] as const)
    if (checkRequired(reference?.[field], `${path}.${field}`, errors))
      checkName(pathSegment, reference?.[field], `${path}.${field}`, errors)
}

const validateMetricTarget = (
  {metric, target}: {metric: V2MetricIdentifier; target: V2MetricTarget},
  path: string,
  errors: FieldErrors,
): void => {
  if (checkRequired(metric?.name, `${path}.metric.name`, errors, 'must specify a metric name'))
    checkName(pathSegment, metric.name, `${path}.metric.name`, errors)
  validateTarget(target, `${path}.target`, errors)
}

const validateExternal = (external: V2ExternalMetricSource, path: string, errors: FieldErrors): void => {
  validateMetricTarget(external, path, errors)
  const {value, averageValue} = external.target
  if (value === undefined && averageValue === undefined)
    errors.required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target')
  if (value !== undefined && averageValue !== undefined)
    errors.forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target')
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
    const at = `${path}.containerResource.container`
    if (checkRequired(containerResource.container, at, errors, 'must specify a container'))
      checkLabelName(containerResource.container, at, errors)
    validateResourceTarget(containerResource.target, `${path}.containerResource.target`, errors)
  }
  if (pods) {
    validateMetricTarget(pods, `${path}.pods`, errors)
    if (pods.target.averageValue === undefined)
      errors.required(`${path}.pods.target.averageValue`, 'must specify a positive target averageValue')
  }
  if (object) {
    validateReference(object.describedObject, `${path}.object.describedObject`, errors)
    validateMetricTarget(object, `${path}.object`, errors)
    if (object.target.value === undefined && object.target.averageValue === undefined)
      errors.required(`${path}.object.target.averageValue`, 'must set either a target value or averageValue')
  }
  if (external) validateExternal(external, `${path}.external`, errors)
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
  validateReference(scaleTargetRef, 'spec.scaleTargetRef', errors)
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
