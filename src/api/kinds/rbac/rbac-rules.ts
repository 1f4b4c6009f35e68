// Roles and bindings: rules that say something, references that stay.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {pathSegment} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {ClusterRole, PolicyRule, RbacSubject, Role, RoleBinding, RoleRef} from '../../schema/types.gen.ts'
import {checkName, checkRequired, checkSubdomain} from '../checks.ts'
import {goText} from '../go-struct.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {pathSegmentName} from '../metadata.ts'

const group = 'rbac.authorization.k8s.io'

const validateRule = (rule: PolicyRule, namespaced: boolean, path: string, errors: FieldErrors): void => {
  if (!rule.verbs?.length) errors.required(`${path}.verbs`, 'verbs must contain at least one value')
  const urls = rule.nonResourceURLs ?? []
  if (urls.length > 0) {
    if (namespaced)
      errors.invalid(`${path}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs')
    if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
      errors.invalid(
        `${path}.nonResourceURLs`,
        urls,
        'rules cannot apply to both regular resources and non-resource URLs',
      )
    return
  }
  if (!rule.apiGroups?.length) errors.required(`${path}.apiGroups`, 'resource rules must supply at least one api group')
  if (!rule.resources?.length) errors.required(`${path}.resources`, 'resource rules must supply at least one resource')
}

const validateRules = (rules: readonly PolicyRule[] | undefined, namespaced: boolean, errors: FieldErrors): void => {
  for (const [index, rule] of (rules ?? []).entries()) validateRule(rule, namespaced, `rules[${index}]`, errors)
}

export const roleStrategy: Strategy<Role> = {
  validateName: pathSegmentName,
  validate: ({rules}, errors) => validateRules(rules, true, errors),
  createOnUpdate: true,
}

export const clusterRoleStrategy: Strategy<ClusterRole> = {
  validateName: pathSegmentName,
  validate: ({rules, aggregationRule}, errors) => {
    validateRules(rules, false, errors)
    if (!aggregationRule) return
    const selectors = aggregationRule.clusterRoleSelectors ?? []
    if (selectors.length === 0)
      errors.required(
        'aggregationRule.clusterRoleSelectors',
        'at least one clusterRoleSelector required if aggregationRule is non-nil',
      )
    for (const [index, selector] of selectors.entries())
      validateLabelSelector(selector, `aggregationRule.clusterRoleSelectors[${index}]`, errors)
  },
  createOnUpdate: true,
}

const defaultBinding = (binding: RoleBinding): void => {
  if (binding.roleRef) binding.roleRef.apiGroup ||= group
  for (const subject of binding.subjects ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= group
}

const validateRoleRef = (reference: RoleRef | undefined, kinds: readonly string[], errors: FieldErrors): void => {
  const {apiGroup = '', kind = '', name} = reference ?? {}
  if (apiGroup !== group) errors.notSupported('roleRef.apiGroup', apiGroup, [group])
  if (!kinds.includes(kind)) errors.notSupported('roleRef.kind', kind, kinds)
  if (checkRequired(name, 'roleRef.name', errors)) checkName(pathSegment, name, 'roleRef.name', errors)
}

const validateSubject = (subject: RbacSubject, needsNamespace: boolean, path: string, errors: FieldErrors): void => {
  checkRequired(subject.name, `${path}.name`, errors)
  switch (subject.kind) {
    case 'ServiceAccount':
      if (subject.name) checkSubdomain(subject.name, `${path}.name`, errors)
      if (subject.apiGroup) errors.notSupported(`${path}.apiGroup`, subject.apiGroup, [''])
      if (needsNamespace && !subject.namespace) errors.required(`${path}.namespace`)
      break
    case 'User':
    case 'Group':
      if (subject.apiGroup !== group) errors.notSupported(`${path}.apiGroup`, subject.apiGroup ?? '', [group])
      break
    default:
      errors.notSupported(`${path}.kind`, subject.kind, ['ServiceAccount', 'User', 'Group'])
  }
}

const bindingStrategy = (kinds: readonly string[], needsNamespace: boolean): Strategy<RoleBinding> => ({
  default: defaultBinding,
  validateName: pathSegmentName,
  validate: ({roleRef, subjects}, errors) => {
    validateRoleRef(roleRef, kinds, errors)
    for (const [index, subject] of (subjects ?? []).entries())
      validateSubject(subject, needsNamespace, `subjects[${index}]`, errors)
  },
  validateUpdate: ({roleRef}, {roleRef: old}, errors) => {
    if (!isSame(roleRef, old)) errors.invalid('roleRef', goText('RoleRef', roleRef), 'cannot change roleRef')
  },
  createOnUpdate: true,
})

export const roleBindingStrategy = bindingStrategy(['Role', 'ClusterRole'], false)
export const clusterRoleBindingStrategy = bindingStrategy(['ClusterRole'], true)
