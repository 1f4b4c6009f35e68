// Admission policies and their bindings.
import {compilePolicy, type Expression, type PolicyProgram} from '../../cel/policy-program.ts'
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {dns1035Label} from '../../meta/names.ts'
import type {
  AuditAnnotation,
  MatchResources,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from '../../schema/types.gen.ts'
import {checkOneOf, checkQualifiedName, checkRequired, checkSubdomain} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {validateMatchConditions} from './match-conditions.ts'
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

/** Says what is wrong with an expression that is there. */
const checkExpression = (expression: Expression | undefined, errors: FieldErrors): void => {
  if (expression?.problem) errors.invalid(expression.at, expression.text, expression.problem)
}

const validateParamKind = ({apiVersion, kind}: NonNullable<PolicySpec['paramKind']>, errors: FieldErrors): void => {
  checkRequired(apiVersion, 'spec.paramKind.apiVersion', errors)
  if (!checkRequired(kind, 'spec.paramKind.kind', errors)) return
  const complaints = dns1035Label((kind ?? '').toLowerCase())
  if (complaints.length > 0)
    errors.invalid(
      'spec.paramKind.kind',
      kind,
      `may have mixed case, but should otherwise match: ${complaints.join(',')}`,
    )
}

const validateCommon = (spec: PolicySpec, errors: FieldErrors): void => {
  if (spec.failurePolicy === undefined) errors.required('spec.failurePolicy')
  else checkOneOf(spec.failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy', errors)
  if (spec.paramKind) validateParamKind(spec.paramKind, errors)
}

const validateVariables = (spec: PolicySpec, {variables}: PolicyProgram, errors: FieldErrors): void => {
  for (const [index, {name, expression}] of (spec.variables ?? []).entries()) {
    const path = `spec.variables[${index}]`
    if (checkRequired(name?.trim(), `${path}.name`, errors, 'name is not specified') && !isIdentifier(name))
      errors.invalid(`${path}.name`, name, 'name is not a valid CEL identifier')
    if (checkRequired(expression?.trim(), `${path}.expression`, errors, 'expression is not specified'))
      checkExpression(variables[index], errors)
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

const validateValidation = (
  {expression, message, messageExpression, reason}: Validation,
  compiled: PolicyProgram['validations'][number] | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  if (checkRequired(expression?.trim(), `${path}.expression`, errors, 'expression is not specified'))
    checkExpression(compiled?.test, errors)
  if (messageExpression && messageExpression.trim() === '')
    errors.invalid(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified')
  else checkExpression(compiled?.message, errors)
  if (message && message.trim() === '')
    errors.invalid(`${path}.message`, message, 'message must be non-empty if specified')
  else if (/[\n\r]/.test(message?.trim() ?? ''))
    errors.invalid(`${path}.message`, message, 'message must not contain line breaks')
  if (reason !== undefined) checkOneOf(reason, reasons, `${path}.reason`, errors)
}

const mostAnnotations = 20

const validateAnnotations = (
  name: string,
  annotations: readonly AuditAnnotation[],
  program: PolicyProgram,
  errors: FieldErrors,
): void => {
  const at = 'spec.auditAnnotations'
  if (annotations.length > mostAnnotations)
    errors.invalid(at, annotations, `must not have more than ${mostAnnotations} auditAnnotations`)
  for (const [index, {key, valueExpression}] of annotations.entries()) {
    const path = `${at}[${index}]`
    checkQualifiedName(`${name}/${key}`, `${path}.key`, errors)
    if (checkRequired(valueExpression?.trim(), `${path}.valueExpression`, errors, 'valueExpression is not specified'))
      checkExpression(program.annotations[index], errors)
    if (annotations.findIndex((other) => other.key === key) < index) errors.duplicate(`${path}.key`, key)
  }
}

const neither = 'validations or auditAnnotations must contain at least one item'

const validatePolicy = ({metadata, spec = {}}: ValidatingAdmissionPolicy, errors: FieldErrors): void => {
  const program = compilePolicy(spec)
  validateCommon(spec, errors)
  validateConstraints(spec, errors)
  validateMatchConditions(spec.matchConditions, program.conditions, 'spec.matchConditions', errors)
  validateVariables(spec, program, errors)
  if (!spec.validations?.length && !spec.auditAnnotations?.length) {
    errors.required('spec.validations', neither)
    errors.required('spec.auditAnnotations', neither)
  }
  for (const [index, validation] of (spec.validations ?? []).entries())
    validateValidation(validation, program.validations[index], `spec.validations[${index}]`, errors)
  validateAnnotations(metadata?.name ?? '', spec.auditAnnotations ?? [], program, errors)
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
    const program = compilePolicy(spec)
    validateCommon(spec, errors)
    validateConstraints(spec, errors)
    validateMatchConditions(spec.matchConditions, program.conditions, 'spec.matchConditions', errors)
    validateVariables(spec, program, errors)
    if (!spec.reinvocationPolicy) errors.required('spec.reinvocationPolicy')
    else checkOneOf(spec.reinvocationPolicy, ['IfNeeded', 'Never'], 'spec.reinvocationPolicy', errors)
    if (!spec.mutations?.length) errors.required('spec.mutations', 'mutations must contain at least one item')
    for (const [index, mutation] of (spec.mutations ?? []).entries())
      validateMutation(mutation, `spec.mutations[${index}]`, errors)
    for (const mutation of program.mutations) checkExpression(mutation, errors)
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
