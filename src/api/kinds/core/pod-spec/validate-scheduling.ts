// Where a pod may run: affinity, tolerations, spreading.
import type {FieldErrors} from '../../../field-errors.ts'
import {dnsLabel, dnsSubdomain, validLabelValue} from '../../../meta/names.ts'
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
  WeightedPodAffinityTerm,
} from '../../../schema/types.gen.ts'
import {checkName, checkOneOf, checkOptionalOneOf, checkQualifiedName} from '../../checks.ts'
import {goText} from '../../go-struct.ts'
import {validateLabelSelector} from '../../label-selector.ts'

const validateNodeRequirement = (rule: NodeSelectorRequirement, path: string, errors: FieldErrors): void => {
  const values = rule.values ?? []
  const at = `${path}.values`
  switch (rule.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.required(at, "must be specified when `operator` is 'In' or 'NotIn'")
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) errors.forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) errors.required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")
      break
    default:
      errors.invalid(`${path}.operator`, rule.operator ?? '', 'not a valid selector operator')
  }
  checkQualifiedName(rule.key, `${path}.key`, errors)
  for (const [index, value] of values.entries()) checkName(validLabelValue, value, `${at}[${index}]`, errors)
}

const validateNodeField = (rule: NodeSelectorRequirement, path: string, errors: FieldErrors): void => {
  const values = rule.values ?? []
  if (rule.operator !== 'In' && rule.operator !== 'NotIn')
    errors.invalid(`${path}.operator`, rule.operator, 'not a valid selector operator')
  else if (values.length !== 1)
    errors.required(
      `${path}.values`,
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    )
  if (rule.key !== 'metadata.name') errors.invalid(`${path}.key`, rule.key, 'not a valid field selector key')
  else for (const [index, value] of values.entries()) checkName(dnsSubdomain, value, `${path}.values[${index}]`, errors)
}

const validateNodeTerm = (term: NodeSelectorTerm | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, rule] of (term?.matchExpressions ?? []).entries())
    validateNodeRequirement(rule, `${path}.matchExpressions[${index}]`, errors)
  for (const [index, rule] of (term?.matchFields ?? []).entries())
    validateNodeField(rule, `${path}.matchFields[${index}]`, errors)
}

export const validateNodeSelector = (selector: NodeSelector, path: string, errors: FieldErrors): void => {
  const terms = selector.nodeSelectorTerms ?? []
  if (terms.length === 0) errors.required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')
  for (const [index, term] of terms.entries()) validateNodeTerm(term, `${path}.nodeSelectorTerms[${index}]`, errors)
}

const checkWeight = (weight: number, path: string, errors: FieldErrors): void => {
  if (weight <= 0 || weight > 100) errors.invalid(`${path}.weight`, weight, 'must be in the range 1-100')
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'

const validateNodeAffinity = (affinity: NonNullable<Affinity['nodeAffinity']>, path: string, errors: FieldErrors) => {
  if (affinity[required]) validateNodeSelector(affinity[required], `${path}.${required}`, errors)
  for (const [index, {weight, preference}] of (affinity[preferred] ?? []).entries()) {
    checkWeight(weight, `${path}.${preferred}[${index}]`, errors)
    validateNodeTerm(preference, `${path}.${preferred}[${index}].preference`, errors)
  }
}

const validateMatchKeys = (term: PodAffinityTerm, path: string, errors: FieldErrors): void => {
  const matches = term.matchLabelKeys ?? []
  for (const [index, key] of matches.entries()) {
    checkQualifiedName(key, `${path}.matchLabelKeys[${index}]`, errors)
    if (!term.labelSelector)
      errors.forbidden(`${path}.matchLabelKeys`, 'must not be specified when labelSelector is not set')
    if (term.mismatchLabelKeys?.includes(key))
      errors.invalid(`${path}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')
  }
  for (const [index, key] of (term.mismatchLabelKeys ?? []).entries()) {
    checkQualifiedName(key, `${path}.mismatchLabelKeys[${index}]`, errors)
    if (!term.labelSelector)
      errors.forbidden(`${path}.mismatchLabelKeys`, 'must not be specified when labelSelector is not set')
  }
}

const validatePodTerm = (term: PodAffinityTerm, path: string, errors: FieldErrors): void => {
  validateLabelSelector(term.labelSelector, `${path}.labelSelector`, errors)
  validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors)
  for (const namespace of term.namespaces ?? []) checkName(dnsLabel, namespace, `${path}.namespace`, errors)
  validateMatchKeys(term, path, errors)
  if (!term.topologyKey) errors.required(`${path}.topologyKey`, 'can not be empty')
  checkQualifiedName(term.topologyKey, `${path}.topologyKey`, errors)
}

interface PodTerms {
  [required]?: PodAffinityTerm[] | undefined
  [preferred]?: WeightedPodAffinityTerm[] | undefined
}

const validatePodTerms = (terms: PodTerms | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, term] of (terms?.[required] ?? []).entries())
    validatePodTerm(term, `${path}.${required}[${index}]`, errors)
  for (const [index, {weight, podAffinityTerm}] of (terms?.[preferred] ?? []).entries()) {
    checkWeight(weight, `${path}.${preferred}[${index}]`, errors)
    validatePodTerm(podAffinityTerm, `${path}.${preferred}[${index}].podAffinityTerm`, errors)
  }
}

export const validateAffinity = (affinity: Affinity | undefined, path: string, errors: FieldErrors): void => {
  if (!affinity) return
  if (affinity.nodeAffinity) validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`, errors)
  validatePodTerms(affinity.podAffinity, `${path}.podAffinity`, errors)
  validatePodTerms(affinity.podAntiAffinity, `${path}.podAntiAffinity`, errors)
}

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

const validateToleration = (toleration: Toleration, path: string, errors: FieldErrors): void => {
  const {key, operator, value, effect} = toleration
  if (key) checkQualifiedName(key, `${path}.key`, errors)
  if (!key && operator !== 'Exists')
    errors.invalid(
      `${path}.operator`,
      operator ?? '',
      'operator must be Exists when `key` is empty, which means "match all values and all keys"',
    )
  if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.invalid(`${path}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set")
  if (!operator || operator === 'Equal') {
    const complaints = validLabelValue(value ?? '')
    if (complaints.length > 0) errors.invalid(`${path}.operator`, value, complaints.join(';'))
  } else if (operator === 'Exists') {
    if (value)
      errors.invalid(
        `${path}.operator`,
        goText('Toleration', toleration),
        "value must be empty when `operator` is 'Exists'",
      )
  } else errors.notSupported(`${path}.operator`, operator, ['Equal', 'Exists'])
  if (effect) checkOneOf(effect, taintEffects, `${path}.effect`, errors)
}

export const validateTolerations = (
  tolerations: readonly Toleration[] | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  for (const [index, toleration] of (tolerations ?? []).entries())
    validateToleration(toleration, `${path}[${index}]`, errors)
}

const validateMinDomains = (constraint: TopologySpreadConstraint, path: string, errors: FieldErrors): void => {
  const {minDomains, whenUnsatisfiable} = constraint
  if (minDomains === undefined) return
  if (minDomains <= 0) errors.invalid(path, minDomains, 'must be greater than 0')
  if (whenUnsatisfiable !== 'DoNotSchedule')
    errors.invalid(
      path,
      minDomains,
      `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
    )
}

const validateSpreadKeys = (constraint: TopologySpreadConstraint, path: string, errors: FieldErrors): void => {
  const keys = constraint.matchLabelKeys ?? []
  if (keys.length > 0 && !constraint.labelSelector)
    errors.forbidden(path, 'must not be specified when labelSelector is not set')
  for (const [index, key] of keys.entries()) {
    checkQualifiedName(key, `${path}[${index}]`, errors)
    const selected = Object.hasOwn(constraint.labelSelector?.matchLabels ?? {}, key)
    if (selected) errors.invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')
  }
}

export const validateSpreadConstraints = (
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  const seen = new Set<string>()
  for (const [index, constraint] of (constraints ?? []).entries()) {
    const at = `${path}[${index}]`
    const {maxSkew, topologyKey, whenUnsatisfiable} = constraint
    if ((maxSkew ?? 0) <= 0) errors.invalid(`${at}.maxSkew`, maxSkew ?? 0, 'must be greater than zero')
    if (!topologyKey) errors.required(`${at}.topologyKey`, 'can not be empty')
    else checkQualifiedName(topologyKey, `${at}.topologyKey`, errors)
    checkOneOf(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], `${at}.whenUnsatisfiable`, errors)
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    if (seen.has(pair)) errors.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair)
    seen.add(pair)
    validateMinDomains(constraint, `${at}.minDomains`, errors)
    checkOptionalOneOf(constraint.nodeAffinityPolicy, ['Honor', 'Ignore'], `${at}.nodeAffinityPolicy`, errors)
    checkOptionalOneOf(constraint.nodeTaintsPolicy, ['Honor', 'Ignore'], `${at}.nodeTaintsPolicy`, errors)
    validateSpreadKeys(constraint, `${at}.matchLabelKeys`, errors)
    validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`, errors)
  }
}
