// ValidatingAdmissionPolicy: expressions that every object they are about must fulfil.
import {ApiError, type Reason} from '../../../api/errors.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import {validatingAdmissionPolicies, validatingAdmissionPolicyBindings} from '../../../api/resources.ts'
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicySpec,
  Validation,
} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {forbidden} from '../refuse.ts'
import {isExempt} from './match.ts'
import {conditionsHold, type Evaluation, evaluate, evaluationsOf, kindAbout, PolicyError} from './policy.ts'
import {viewAs} from './view.ts'

interface Failure {
  readonly message: string
  readonly reason: string
  readonly expressionIndex?: number | undefined
}

interface Check {
  readonly policy: DeepReadonly<Stored<ValidatingAdmissionPolicy>>
  readonly spec: DeepReadonly<ValidatingAdmissionPolicySpec>
  readonly binding: DeepReadonly<Stored<ValidatingAdmissionPolicyBinding>>
}

const longestMessage = 5 * 1024

const messageOf = (
  {message: fixed, expression}: DeepReadonly<Validation>,
  index: number,
  {program, variables, budget}: Evaluation,
): string => {
  const usual = fixed?.trim() || `failed expression: ${expression.trim()}`
  const {message} = program.validations[index] ?? {}
  if (!message) return usual
  try {
    const text = String(evaluate(message, variables, budget)).trim()
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > longestMessage ? usual : text
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return usual
  }
}

const failuresOf = ({spec}: Check, evaluation: Evaluation): Failure[] =>
  (spec.validations ?? []).flatMap((validation, index): Failure[] => {
    const test = evaluation.program.validations[index]?.test
    if (!test) return []
    try {
      if (evaluate(test, evaluation.variables, evaluation.budget) === true) return []
      const message = messageOf(validation, index, evaluation)
      return [{message, reason: validation.reason || 'Invalid', expressionIndex: index}]
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      return spec.failurePolicy === 'Ignore'
        ? []
        : [{message: error.message, reason: 'Invalid', expressionIndex: index}]
    }
  })

/** Values of one key from several bindings stand beside each other. */
type Annotations = Map<string, string[]>

const longestAnnotation = 10 * 1024

const annotate = (
  {policy, spec}: Check,
  {program, variables, budget}: Evaluation,
  annotations: Annotations,
): Failure[] =>
  program.annotations.flatMap((annotation): Failure[] => {
    try {
      const value = evaluate(annotation, variables, budget)
      if (typeof value !== 'string' || value.trim() === '') return []
      const key = `${policy.metadata.name}/${annotation.key}`
      const values = annotations.get(key) ?? []
      const text = value.trim().slice(0, longestAnnotation)
      annotations.set(key, values.includes(text) ? values : [...values, text])
      return []
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      return spec.failurePolicy === 'Ignore' ? [] : [{message: error.message, reason: 'Invalid'}]
    }
  })

const check = async (
  about: Check,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
  annotations: Annotations,
): Promise<readonly Failure[]> => {
  const {spec, binding} = about
  const kind = kindAbout(spec, binding.spec ?? {}, request, context, kinds)
  if (!kind) return []
  try {
    const view = await viewAs(request, kind)
    const evaluations = await evaluationsOf(about.policy, binding.spec ?? {}, view, context, kinds)
    return evaluations.flatMap((evaluation) => {
      if (!conditionsHold(evaluation.program.conditions, evaluation.variables, evaluation.budget)) return []
      return [...failuresOf(about, evaluation), ...annotate(about, evaluation, annotations)]
    })
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return spec.failurePolicy === 'Ignore' ? [] : [{message: error.message, reason: 'Invalid'}]
  }
}

const denial = (request: AdmissionRequest, text: string, reason: string): ApiError => {
  const {message, details} = forbidden(request, text, [{message: text}])
  return new ApiError(reason as Reason, message, {details})
}

interface Found {
  denials: readonly ApiError[]
  readonly audited: object[]
}

const act = (
  {policy, binding}: Check,
  {message, reason, expressionIndex}: Failure,
  request: AdmissionRequest,
  found: Found,
): void => {
  const actions = binding.spec?.validationActions ?? []
  const [policyName, bindingName] = [policy.metadata.name, binding.metadata.name]
  if (actions.includes('Warn'))
    request.warn(
      `Validation failed for ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}': ${message}`,
    )
  if (actions.includes('Audit'))
    found.audited.push({
      message,
      policy: policyName,
      binding: bindingName,
      expressionIndex: expressionIndex ?? 0,
      validationActions: actions,
    })
  if (actions.includes('Deny')) {
    const text = `ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}' denied request: ${message}`
    found.denials = [...found.denials, denial(request, text, reason)]
  }
}

export const validatingPolicies = (kinds: KindTable): AdmissionStep => ({
  name: 'ValidatingAdmissionPolicy',
  handles: (request) => !isExempt(request),
  validate: (request, context) => {
    const bindings = context.list(validatingAdmissionPolicyBindings)
    return bindings.length === 0 ? undefined : checkAll(bindings, request, context, kinds)
  },
})

/** All are heard, then the first that refuses decides. */
const checkAll = async (
  bindings: readonly Check['binding'][],
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<void> => {
  const annotations: Annotations = new Map()
  const found: Found = {denials: [], audited: []}
  for (const binding of bindings) {
    const policy = context.get(validatingAdmissionPolicies, {name: binding.spec?.policyName ?? ''})
    if (!policy?.spec) continue
    const about = {policy, spec: policy.spec, binding}
    for (const failure of await check(about, request, context, kinds, annotations)) act(about, failure, request, found)
  }
  for (const [key, values] of annotations) request.annotate(key, values.join(', '))
  if (found.audited.length > 0)
    request.annotate('validation.policy.admission.k8s.io/validation_failure', JSON.stringify(found.audited))
  const [first] = found.denials
  if (first) throw first
}
