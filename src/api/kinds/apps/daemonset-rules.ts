import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy} from '../../schema/types.gen.ts'
import {checkAtMost100Percent, checkIntOrPercent, checkNonNegative, percentOf} from '../checks.ts'
import {validatePodTemplate} from '../core/pod-spec/validate.ts'
import {templateWarnings} from '../core/pod-spec/warnings.ts'
import {isEmptySelector, validateLabelSelector} from '../label-selector.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {checkImmutable, checkRunsForever, checkTemplateLabels, defaultTemplate} from '../workload-rules.ts'

/** How often the template changed: an old field that lives on as an annotation. */
const templateGeneration = 'deprecated.daemonset.template.generation'

const applyDefaults = (set: DaemonSet): void => {
  const spec = (set.spec ??= {} as DaemonSetSpec)
  defaultTemplate(spec)
  spec.revisionHistoryLimit ??= 10
  const strategy = (spec.updateStrategy ??= {})
  strategy.type ||= 'RollingUpdate'
  if (strategy.type !== 'RollingUpdate') return
  strategy.rollingUpdate ??= {}
  strategy.rollingUpdate.maxUnavailable ??= 1
  strategy.rollingUpdate.maxSurge ??= 0
}

const countTemplate = (set: DaemonSet, count: number): void => {
  if (set.metadata) set.metadata.annotations = {...set.metadata.annotations, [templateGeneration]: String(count)}
}

const isPositive = (value: number | string | undefined): boolean =>
  (typeof value === 'number' ? value : (percentOf(value) ?? 0)) !== 0

const validateUpdateStrategy = (strategy: DaemonSetUpdateStrategy | undefined, path: string, errors: FieldErrors) => {
  if (strategy?.type === 'OnDelete') return
  if (strategy?.type !== 'RollingUpdate') {
    errors.notSupported(`${path}.type`, strategy?.type ?? '', ['RollingUpdate', 'OnDelete'])
    return
  }
  const {maxUnavailable, maxSurge} = strategy.rollingUpdate ?? {}
  const at = `${path}.rollingUpdate`
  checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors)
  checkIntOrPercent(maxSurge, `${at}.maxSurge`, errors)
  if (isPositive(maxUnavailable) && isPositive(maxSurge))
    errors.invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')
  if (!isPositive(maxUnavailable) && !isPositive(maxSurge))
    errors.required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')
  checkAtMost100Percent(maxUnavailable, `${at}.maxUnavailable`, errors)
  checkAtMost100Percent(maxSurge, `${at}.maxSurge`, errors)
}

const validate = ({spec = {selector: {}, template: {}}}: DaemonSet, errors: FieldErrors): void => {
  validateLabelSelector(spec.selector, 'spec.selector', errors)
  checkTemplateLabels(spec.selector, spec.template, 'spec.template', errors)
  if (spec.selector && isEmptySelector(spec.selector))
    errors.invalid('spec.selector', spec.selector, 'empty selector is invalid for daemonset')
  validatePodTemplate(spec.template, 'spec.template', errors)
  checkRunsForever(spec.template, 'DaemonSet', 'spec.template', errors)
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  validateUpdateStrategy(spec.updateStrategy, 'spec.updateStrategy', errors)
  checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors)
}

export const daemonSetStrategy: Strategy<DaemonSet> = {
  default: applyDefaults,
  prepareForCreate: (set) => {
    dropStatus(set)
    countTemplate(set, 1)
  },
  prepareForUpdate: (set, old) => {
    keepStatus(set, old)
    const before = Number(old.metadata?.annotations?.[templateGeneration] ?? 0)
    countTemplate(set, isSame(set.spec?.template, old.spec?.template) ? before : before + 1)
  },
  validate,
  validateOnlyUpdate: true,
  validateUpdate: (set, old, errors) => {
    validate(set, errors)
    checkImmutable(set.spec?.selector, old.spec?.selector, 'spec.selector', errors)
  },
  warnings: (set) => templateWarnings(set.spec?.template, 'spec.template'),
}
