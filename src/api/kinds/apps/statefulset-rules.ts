import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {PersistentVolumeClaim, StatefulSet, StatefulSetSpec} from '../../schema/types.gen.ts'
import {checkAtMost100Percent, checkIntOrPercent, checkNonNegative, checkOptionalOneOf} from '../checks.ts'
import {templateWarnings} from '../core/pod-spec/warnings.ts'
import {goText} from '../go-struct.ts'
import {isEmptySelector} from '../label-selector.ts'
import {validateAnnotations, validateLabels} from '../metadata.ts'
import {podNameWarnings} from '../name-warnings.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {checkRunsForever, checkTemplateLabels, defaultTemplate, validateSelector} from '../workload-rules.ts'

const defaultClaim = (claim: PersistentVolumeClaim): void => {
  claim.kind = 'PersistentVolumeClaim'
  claim.apiVersion = 'v1'
  claim.spec ??= {}
  claim.spec.volumeMode ??= 'Filesystem'
  claim.status ??= {}
  claim.status.phase ||= 'Pending'
}

const applyDefaults = (set: StatefulSet): void => {
  const spec = (set.spec ??= {} as StatefulSetSpec)
  defaultTemplate(spec)
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  spec.podManagementPolicy ||= 'OrderedReady'
  const strategy = (spec.updateStrategy ??= {})
  strategy.type ||= 'RollingUpdate'
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {}
    strategy.rollingUpdate.partition ??= 0
  }
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {})
  retention.whenDeleted ||= 'Retain'
  retention.whenScaled ||= 'Retain'
  spec.volumeClaimTemplates?.forEach(defaultClaim)
}

const validateUpdateStrategy = ({updateStrategy}: StatefulSetSpec, path: string, errors: FieldErrors): void => {
  const rolling = updateStrategy?.rollingUpdate
  switch (updateStrategy?.type) {
    case 'OnDelete':
      if (rolling) errors.invalid(`${path}.rollingUpdate`, rolling, "only allowed for updateStrategy 'RollingUpdate'")
      break
    case 'RollingUpdate':
      checkNonNegative(rolling?.partition, `${path}.rollingUpdate.partition`, errors)
      checkIntOrPercent(rolling?.maxUnavailable, `${path}.rollingUpdate.maxUnavailable`, errors)
      if (rolling?.maxUnavailable === 0) errors.invalid(`${path}.rollingUpdate.maxUnavailable`, 0, 'cannot be 0')
      checkAtMost100Percent(rolling?.maxUnavailable, `${path}.rollingUpdate.maxUnavailable`, errors)
      break
    case undefined:
    case '':
      errors.required(path)
      break
    default:
      errors.invalid(path, goText('StatefulSetUpdateStrategy', updateStrategy), "must be 'RollingUpdate' or 'OnDelete'")
  }
}

const validatePolicies = (spec: StatefulSetSpec, errors: FieldErrors): void => {
  const management = spec.podManagementPolicy
  if (!management) errors.required('spec.podManagementPolicy')
  else if (management !== 'OrderedReady' && management !== 'Parallel')
    errors.invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'")
  validateUpdateStrategy(spec, 'spec.updateStrategy', errors)
  const retention = spec.persistentVolumeClaimRetentionPolicy
  const path = 'spec.persistentVolumeClaimRetentionPolicy'
  checkOptionalOneOf(retention?.whenDeleted, ['Delete', 'Retain'], `${path}.whenDeleted`, errors)
  checkOptionalOneOf(retention?.whenScaled, ['Delete', 'Retain'], `${path}.whenScaled`, errors)
}

/** The pods are checked when they are made: their volumes come from claims that do not exist yet. */
const validateTemplate = ({selector, template}: StatefulSetSpec, path: string, errors: FieldErrors): void => {
  if (!isEmptySelector(selector)) checkTemplateLabels(selector, template, path, errors)
  validateLabels(template.metadata?.labels, `${path}.labels`, errors)
  validateAnnotations(template.metadata?.annotations, `${path}.annotations`, errors)
  checkRunsForever(template, 'StatefulSet', path, errors)
}

const validate = ({spec = {selector: {}, template: {}}}: StatefulSet, errors: FieldErrors): void => {
  validatePolicies(spec, errors)
  checkNonNegative(spec.replicas, 'spec.replicas', errors)
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  checkNonNegative(spec.ordinals?.start, 'spec.ordinals.start', errors)
  checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors)
  validateSelector(spec.selector, {path: 'spec.selector', owner: 'statefulset'}, errors)
  validateTemplate(spec, 'spec.template', errors)
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const

const validateUpdate = (set: StatefulSet, old: StatefulSet, errors: FieldErrors): void => {
  const put = Object.fromEntries(changeable.map((field) => [field, old.spec?.[field]]))
  if (!isSame({...set.spec, ...put}, old.spec))
    errors.forbidden(
      'spec',
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    )
}

export const statefulSetStrategy: Strategy<StatefulSet> = {
  default: applyDefaults,
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate,
  validateOnlyUpdate: true,
  validateUpdate: (set, old, errors) => {
    validate(set, errors)
    validateUpdate(set, old, errors)
  },
  warnings: (set, old) => [
    ...(old ? [] : podNameWarnings(set.metadata?.name)),
    ...templateWarnings(set.spec?.template, 'spec.template'),
    ...((set.spec?.revisionHistoryLimit ?? 0) < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ],
}
