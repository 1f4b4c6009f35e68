// Admission policies and their bindings.
import {compilePolicy, type Expression, type PolicyTexts} from '../../cel/policy-program.ts'
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {
  MatchResources,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../../schema/types.gen.ts'
import {checkOneOf, checkQualifiedName, checkRequired, checkSubdomain} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {defaultMatchResources, validateMatchResources} from './match-rules.ts'

interface PolicySpec {
  failurePolicy?: string | undefined
  paramKind?: {apiVersion?: string | undefined; kind?: string | undefined} | undefined
  matchConditions?: {name: string; expression: string}[] | undefined
  variables?: {name: string; expression: string}[] | undefined
}

const reservedWords: ReadonlySet<string> = new Set(
  'in as break const continue else for function if import let loop package namespace return var void while true false null'.split(
    ' ',
  ),
)
const isIdentifier = (name: string): boolean => /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !reservedWords.has(name)

/** Expressions that are there must compile and give what is asked of them. */
const validateExpressions = (spec: PolicyTexts, errors: FieldErrors): void => {
  const {variables, conditions, validations, annotations, mutations} = compilePolicy(spec)
  const all: readonly (Expression | undefined)[] = [
    ...conditions,
    ...variables,
    ...validations.flatMap(({test, message}) => [test, message]),
    ...annotations,
    ...mutations,
  ]
  for (const expression of all)
    if (expression?.problem && expression.text.trim() !== '')
      errors.invalid(expression.at, expression.text, expression.problem)
}

const validateCommon = (spec: PolicySpec, errors: FieldErrors): void => {
  if (spec.failurePolicy === undefined) errors.required('spec.failurePolicy')
  else checkOneOf(spec.failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy', errors)
  if (spec.paramKind) {
    checkRequired(spec.paramKind.apiVersion, 'spec.paramKind.apiVersion', errors)
    checkRequired(spec.paramKind.kind, 'spec.paramKind.kind', errors)
  }
  for (const list of ['matchConditions', 'variables'] as const) {
    const seen = new Set<string>()
    for (const [index, {name, expression}] of (spec[list] ?? []).entries()) {
      const path = `spec.${list}[${index}]`
      const isVariable = list === 'variables'
      if (!checkRequired(name?.trim(), `${path}.name`, errors, isVariable ? 'name is not specified' : '')) continue
      if (isVariable && !isIdentifier(name)) errors.invalid(`${path}.name`, name, 'name is not a valid CEL identifier')
      if (!isVariable) checkQualifiedName(name, `${path}.name`, errors)
      if (seen.has(name)) errors.duplicate(`${path}.name`, name)
      seen.add(name)
      checkRequired(expression?.trim(), `${path}.expression`, errors, isVariable ? 'expression is not specified' : '')
    }
  }
}

const validateConstraints = (spec: {matchConstraints?: MatchResources | undefined}, errors: FieldErrors): void => {
  const match = spec.matchConstraints
  if (!match) {
    errors.required('spec.matchConstraints')
    return
  }
  validateMatchResources(match, 'spec.matchConstraints', errors)
  if (!match.resourceRules?.length) errors.required('spec.matchConstraints.resourceRules')
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized']

const validatePolicy = ({spec = {}}: ValidatingAdmissionPolicy, errors: FieldErrors): void => {
  validateCommon(spec, errors)
  validateConstraints(spec, errors)
  if (!spec.validations?.length && !spec.auditAnnotations?.length) {
    errors.required('spec.validations', 'validations or auditAnnotations must contain at least one item')
    errors.required('spec.auditAnnotations', 'validations or auditAnnotations must contain at least one item')
  }
  for (const [index, {expression, message, reason}] of (spec.validations ?? []).entries()) {
    const path = `spec.validations[${index}]`
    const isEmpty = !expression?.trim()
    if (isEmpty) errors.required(`${path}.expression`, 'expression is not specified')
    if (message !== undefined && message.trim() === '')
      errors.invalid(`${path}.message`, message, 'message must be non-empty if specified')
    if (message?.includes('\n')) errors.invalid(`${path}.message`, message, 'message must not contain line breaks')
    if (reason !== undefined) checkOneOf(reason, reasons, `${path}.reason`, errors)
  }
  for (const [index, {key, valueExpression}] of (spec.auditAnnotations ?? []).entries()) {
    checkRequired(key, `spec.auditAnnotations[${index}].key`, errors)
    checkRequired(
      valueExpression?.trim(),
      `spec.auditAnnotations[${index}].valueExpression`,
      errors,
      'valueExpression is not specified',
    )
  }
  validateExpressions(spec, errors)
}

export const validatingPolicyStrategy: Strategy<ValidatingAdmissionPolicy> = {
  default: ({spec}) => {
    if (!spec) return
    spec.failurePolicy ??= 'Fail'
    defaultMatchResources(spec.matchConstraints)
  },
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: validatePolicy,
}

const patchFields = {ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch'} as const

const validateMutation = (mutation: Mutation, path: string, errors: FieldErrors): void => {
  const {patchType} = mutation
  if (!patchType) errors.required(`${path}.patchType`)
  else if (patchType !== 'ApplyConfiguration' && patchType !== 'JSONPatch')
    errors.notSupported(`${path}.patchType`, patchType, ['ApplyConfiguration', 'JSONPatch'])
  else {
    const field = patchFields[patchType]
    const other = patchFields[patchType === 'JSONPatch' ? 'ApplyConfiguration' : 'JSONPatch']
    if (mutation[other] !== undefined)
      errors.invalid(`${path}.${other}`, '{}', `not allowed when patchType is ${patchType}`)
    if (mutation[field] === undefined)
      errors.required(`${path}.${field}`, `must be specified when patchType is ${patchType}`)
    else
      checkRequired(
        mutation[field].expression?.trim(),
        `${path}.${field}.expression`,
        errors,
        'expression is not specified',
      )
  }
}

export const mutatingPolicyStrategy: Strategy<MutatingAdmissionPolicy> = {
  default: ({spec}) => {
    if (!spec) return
    spec.failurePolicy ??= 'Fail'
    defaultMatchResources(spec.matchConstraints)
  },
  validate: ({spec = {}}, errors) => {
    validateCommon(spec, errors)
    validateConstraints(spec, errors)
    if (!spec.reinvocationPolicy) errors.required('spec.reinvocationPolicy')
    else checkOneOf(spec.reinvocationPolicy, ['IfNeeded', 'Never'], 'spec.reinvocationPolicy', errors)
    if (!spec.mutations?.length) errors.required('spec.mutations', 'mutations must contain at least one item')
    for (const [index, mutation] of (spec.mutations ?? []).entries())
      validateMutation(mutation, `spec.mutations[${index}]`, errors)
    validateExpressions(spec, errors)
  },
}

const validateParamRef = (reference: ParamRef | undefined, errors: FieldErrors): void => {
  if (!reference) return
  const path = 'spec.paramRef'
  if (reference.name && reference.selector) errors.forbidden(`${path}.name`, 'name and selector are mutually exclusive')
  else if (!reference.name && !reference.selector) errors.required(path, 'one of name or selector must be specified')
  validateLabelSelector(reference.selector, `${path}.selector`, errors)
  if (reference.parameterNotFoundAction === undefined) errors.required(`${path}.parameterNotFoundAction`)
  else checkOneOf(reference.parameterNotFoundAction, ['Deny', 'Allow'], `${path}.parameterNotFoundAction`, errors)
}

const actions = ['Audit', 'Deny', 'Warn']

export const validatingBindingStrategy: Strategy<ValidatingAdmissionPolicyBinding> = {
  default: ({spec}) => defaultMatchResources(spec?.matchResources),
  validate: ({spec = {}}, errors) => {
    if (checkRequired(spec.policyName, 'spec.policyName', errors))
      checkSubdomain(spec.policyName, 'spec.policyName', errors)
    validateParamRef(spec.paramRef, errors)
    validateMatchResources(spec.matchResources, 'spec.matchResouces', errors)
    const given = spec.validationActions ?? []
    if (given.length === 0) errors.required('spec.validationActions', 'at least one validation action is required')
    for (const [index, action] of given.entries()) {
      checkOneOf(action, actions, `spec.validationActions[${index}]`, errors)
      if (given.indexOf(action) < index) errors.duplicate(`spec.validationActions[${index}]`, action)
    }
    if (given.includes('Deny') && given.includes('Warn'))
      errors.invalid(
        'spec.validationActions',
        given,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      )
  },
}

export const mutatingBindingStrategy: Strategy<MutatingAdmissionPolicyBinding> = {
  default: ({spec}) => defaultMatchResources(spec?.matchResources),
  validate: ({spec = {}}, errors) => {
    if (checkRequired(spec.policyName, 'spec.policyName', errors))
      checkSubdomain(spec.policyName, 'spec.policyName', errors)
    validateParamRef(spec.paramRef, errors)
    validateMatchResources(spec.matchResources, 'spec.matchResouces', errors)
  },
}
