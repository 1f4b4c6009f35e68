// ValidatingAdmissionPolicy: expressions that every object they are about must fulfil.
import {ApiError, type Reason} from '../../../api/errors.ts'
import type {DeepReadonly} from '../../../api/object.ts'
import {validatingAdmissionPolicies, validatingAdmissionPolicyBindings} from '../../../api/resources.ts'
import type {ValidatingAdmissionPolicySpec, Validation} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {forbidden} from '../refuse.ts'
import {isExempt} from './match.ts'
import {conditionsHold, evaluate, isAbout, PolicyError, type Variables, variablesFor} from './policy.ts'

interface Failure {
  readonly message: string
  readonly reason: string
}

const messageOf = (validation: DeepReadonly<Validation>, variables: Variables): string => {
  if (validation.messageExpression)
    try {
      const text = compileText(validation.messageExpression, variables)
      if (text !== undefined) return text
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
    }
  return validation.message?.trim() || `failed expression: ${validation.expression.trim()}`
}

const compileText = (expression: string, variables: Variables): string | undefined => {
  const text = evaluate(expression, variables)
  return typeof text === 'string' && text.trim() !== '' && !text.includes('\n') ? text.trim() : undefined
}

const failuresOf = (spec: DeepReadonly<ValidatingAdmissionPolicySpec>, variables: Variables): Failure[] => {
  const failsOpen = spec.failurePolicy === 'Ignore'
  return (spec.validations ?? []).flatMap((validation): Failure[] => {
    try {
      if (evaluate(validation.expression, variables) === true) return []
      return [{message: messageOf(validation, variables), reason: validation.reason || 'Invalid'}]
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      return failsOpen ? [] : [{message: error.message, reason: 'Invalid'}]
    }
  })
}

const denial = (request: AdmissionRequest, text: string, reason: string): ApiError => {
  const {message, details} = forbidden(request, text, [{message: text}])
  return new ApiError(reason as Reason, message, {details})
}

const annotate = (
  name: string,
  spec: DeepReadonly<ValidatingAdmissionPolicySpec>,
  variables: Variables,
  request: AdmissionRequest,
): void => {
  for (const {key, valueExpression} of spec.auditAnnotations ?? []) {
    const value = evaluate(valueExpression, variables)
    if (typeof value === 'string' && value !== '') request.annotate(`${name}/${key}`, value)
  }
}

interface Check {
  readonly policy: string
  readonly binding: string
  readonly spec: DeepReadonly<ValidatingAdmissionPolicySpec>
  readonly actions: readonly string[]
}

const act = ({policy, binding, actions}: Check, {message, reason}: Failure, request: AdmissionRequest): void => {
  if (actions.includes('Warn'))
    request.warn(`Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`)
  if (actions.includes('Audit'))
    request.annotate(
      'validation.policy.admission.k8s.io/validation_failure',
      JSON.stringify([{message, policy, binding, validationActions: actions}]),
    )
  if (actions.includes('Deny'))
    throw denial(
      request,
      `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`,
      reason,
    )
}

const failuresFor = (check: Check, all: readonly Variables[], request: AdmissionRequest): Failure[] =>
  all.flatMap((variables) => {
    if (!conditionsHold(check.spec.matchConditions, variables)) return []
    const failures = failuresOf(check.spec, variables)
    annotate(check.policy, check.spec, variables, request)
    return failures
  })

export const validatingPolicies = (kinds: KindTable): AdmissionStep => ({
  name: 'ValidatingAdmissionPolicy',
  handles: (request) => !isExempt(request),
  validate: (request: AdmissionRequest, context: AdmissionContext) => {
    for (const {metadata, spec: binding} of context.list(validatingAdmissionPolicyBindings)) {
      const policy = context.get(validatingAdmissionPolicies, {name: binding?.policyName ?? ''})
      if (!policy?.spec || !binding || !isAbout(policy.spec, binding, request, context)) continue
      const check = {
        policy: policy.metadata.name,
        binding: metadata.name,
        spec: policy.spec,
        actions: binding.validationActions,
      }
      let failures: readonly Failure[]
      try {
        failures = failuresFor(check, variablesFor(policy.spec, binding, request, context, kinds), request)
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error
        failures = policy.spec.failurePolicy === 'Ignore' ? [] : [{message: error.message, reason: 'Invalid'}]
      }
      for (const failure of failures) act(check, failure, request)
    }
  },
})
