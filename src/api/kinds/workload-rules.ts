// What workload kinds have in common: a template, a selector that matches it, counts that are not negative.
import type {FieldErrors} from '../field-errors.ts'
import {labelSelector} from '../meta/label-selector.ts'
import {isSame} from '../meta/same.ts'
import type {LabelSelector, PodTemplateSpec} from '../schema/types.gen.ts'
import {immutable} from './checks.ts'
import {defaultPodTemplate} from './core/pod-spec/defaults.ts'
import {validatePodTemplate} from './core/pod-spec/validate.ts'
import {isEmptySelector, validateLabelSelector} from './label-selector.ts'
import {sortedByKey} from './metadata.ts'

/** A template is always there, as are its parts. */
export const defaultTemplate = (owner: {template?: PodTemplateSpec | undefined}): void => {
  owner.template ??= {}
  owner.template.spec ??= {containers: []}
  defaultPodTemplate(owner.template)
}

export interface SelectorRules {
  readonly path: string
  /** `deployment`, in the message about an empty selector. */
  readonly owner: string
}

export const validateSelector = (
  selector: LabelSelector | undefined,
  {path, owner}: SelectorRules,
  errors: FieldErrors,
): void => {
  if (!selector) {
    errors.required(path)
    return
  }
  validateLabelSelector(selector, path, errors)
  if (isEmptySelector(selector)) errors.invalid(path, selector, `empty selector is invalid for ${owner}`)
}

export const checkTemplateLabels = (
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  const labels = template?.metadata?.labels
  if (!labelSelector(selector)(labels))
    errors.invalid(
      `${path}.metadata.labels`,
      sortedByKey(labels) ?? null,
      '`selector` does not match template `labels`',
    )
}

export const checkRunsForever = (
  template: PodTemplateSpec | undefined,
  owner: string,
  path: string,
  errors: FieldErrors,
): void => {
  const spec = template?.spec
  if (spec?.restartPolicy !== 'Always')
    errors.notSupported(`${path}.spec.restartPolicy`, spec?.restartPolicy ?? '', ['Always'])
  if (spec?.activeDeadlineSeconds !== undefined)
    errors.forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`)
}

/** Template of a Deployment, a ReplicaSet and the like. */
export const validateReplicaTemplate = (
  spec: {selector?: LabelSelector | undefined; template?: PodTemplateSpec | undefined},
  path: string,
  errors: FieldErrors,
): void => {
  checkTemplateLabels(spec.selector, spec.template, path, errors)
  validatePodTemplate(spec.template, path, errors)
  checkRunsForever(spec.template, 'ReplicaSet', path, errors)
}

export const checkImmutable = (value: unknown, old: unknown, path: string, errors: FieldErrors): void => {
  if (!isSame(value, old)) errors.invalid(path, value ?? null, immutable)
}
