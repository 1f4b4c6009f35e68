import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {Deployment, DeploymentSpec, DeploymentStrategy} from '../../schema/types.gen.ts'
import {checkAtMost100Percent, checkIntOrPercent, checkNonNegative, percentOf} from '../checks.ts'
import {templateWarnings} from '../core/pod-spec/warnings.ts'
import {podNameWarnings} from '../name-warnings.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {checkImmutable, defaultTemplate, validateReplicaTemplate, validateSelector} from '../workload-rules.ts'

const noSpec: DeploymentSpec = {selector: {}, template: {}}

const applyDefaults = (deployment: Deployment): void => {
  const spec = (deployment.spec ??= {} as DeploymentSpec)
  defaultTemplate(spec)
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
  const strategy = (spec.strategy ??= {})
  strategy.type ||= 'RollingUpdate'
  if (strategy.type !== 'RollingUpdate') return
  strategy.rollingUpdate ??= {}
  strategy.rollingUpdate.maxUnavailable ??= '25%'
  strategy.rollingUpdate.maxSurge ??= '25%'
}

const amountOf = (value: number | string | undefined): number =>
  typeof value === 'number' ? value : (percentOf(value) ?? 0)

const validateStrategy = (strategy: DeploymentStrategy | undefined, path: string, errors: FieldErrors): void => {
  const rolling = strategy?.rollingUpdate
  if (strategy?.type === 'Recreate') {
    if (rolling) errors.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")
    return
  }
  if (strategy?.type !== 'RollingUpdate') {
    errors.notSupported(`${path}.type`, strategy?.type ?? '', ['Recreate', 'RollingUpdate'])
    return
  }
  const {maxUnavailable, maxSurge} = rolling ?? {}
  checkIntOrPercent(maxUnavailable, `${path}.rollingUpdate.maxUnavailable`, errors)
  checkIntOrPercent(maxSurge, `${path}.rollingUpdate.maxSurge`, errors)
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
    errors.invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')
  checkAtMost100Percent(maxUnavailable, `${path}.rollingUpdate.maxUnavailable`, errors)
}

const validate = ({spec = noSpec}: Deployment, errors: FieldErrors): void => {
  checkNonNegative(spec.replicas, 'spec.replicas', errors)
  validateSelector(spec.selector, {path: 'spec.selector', owner: 'deployment'}, errors)
  validateReplicaTemplate(spec, 'spec.template', errors)
  validateStrategy(spec.strategy, 'spec.strategy', errors)
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors)
  const deadline = spec.progressDeadlineSeconds
  checkNonNegative(deadline, 'spec.progressDeadlineSeconds', errors)
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0))
    errors.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')
}

export const deploymentStrategy: Strategy<Deployment> = {
  default: applyDefaults,
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  // Annotations too: they travel to the ReplicaSets, and observedGeneration tells when they have.
  generation: (deployment, old) =>
    !isSame(deployment.spec, old.spec) || !isSame(deployment.metadata?.annotations, old.metadata?.annotations),
  validate,
  validateOnlyUpdate: true,
  validateUpdate: (deployment, old, errors) => {
    validate(deployment, errors)
    checkImmutable(deployment.spec?.selector, old.spec?.selector, 'spec.selector', errors)
  },
  warnings: (deployment, old) => [
    ...(old ? [] : podNameWarnings(deployment.metadata?.name)),
    ...templateWarnings(deployment.spec?.template, 'spec.template'),
  ],
}

export const prepareDeploymentStatus = (deployment: Deployment, old: Deployment): void => {
  if (old.spec) deployment.spec = old.spec
  if (!deployment.metadata) return
  if (old.metadata?.labels) deployment.metadata.labels = old.metadata.labels
  else delete deployment.metadata.labels
}
