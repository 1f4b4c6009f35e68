// What validating and mutating policies have in common: bindings, parameters, variables, match conditions.
import {compileCel} from '../../../api/cel/compile.ts'
import {toCel} from '../../../api/cel/values.ts'
import {labelSelector} from '../../../api/meta/label-selector.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../../api/object.ts'
import {apiVersionOf} from '../../../api/resource.ts'
import type {MatchCondition, MatchResources, ParamKind, ParamRef, Variable} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'
import {type Constraints, fits} from './match.ts'
import {celVariables} from './request.ts'

export type Variables = Record<string, unknown>

export interface PolicySpec {
  readonly failurePolicy?: string | undefined
  readonly matchConditions?: DeepReadonly<MatchCondition[]> | undefined
  readonly matchConstraints?: DeepReadonly<MatchResources> | undefined
  readonly paramKind?: DeepReadonly<ParamKind> | undefined
  readonly variables?: DeepReadonly<Variable[]> | undefined
}

export interface BindingSpec {
  readonly policyName?: string | undefined
  readonly paramRef?: DeepReadonly<ParamRef> | undefined
  readonly matchResources?: DeepReadonly<MatchResources> | undefined
}

const constraintsOf = (match: DeepReadonly<MatchResources>): Constraints => ({
  rules: match.resourceRules,
  excluded: match.excludeResourceRules,
  matchPolicy: match.matchPolicy,
  namespaceSelector: match.namespaceSelector,
  objectSelector: match.objectSelector,
})

/** A binding without rules of its own is about all its policy is about. */
const everything = [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*', '*/*']}]

export const isAbout = (
  policy: PolicySpec,
  binding: BindingSpec,
  request: AdmissionRequest,
  context: AdmissionContext,
): boolean => {
  if (!policy.matchConstraints || !fits(constraintsOf(policy.matchConstraints), request, context)) return false
  const own = binding.matchResources
  if (!own) return true
  const constraints = constraintsOf(own)
  return fits({...constraints, rules: constraints.rules?.length ? constraints.rules : everything}, request, context)
}

export class PolicyError extends Error {
  override readonly name = 'PolicyError'
}

export const evaluate = (expression: string, variables: Variables): unknown => {
  try {
    return compileCel(expression).run(variables)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new PolicyError(`expression '${expression}' resulted in error: ${why}`, {cause: error})
  }
}

/** Computed when first asked for. */
const lazily = (list: PolicySpec['variables'], variables: Variables): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const {name, expression} of list ?? []) {
    let value: {readonly is: unknown} | undefined
    Object.defineProperty(values, name, {
      enumerable: true,
      get: () => (value ??= {is: evaluate(expression, variables)}).is,
    })
  }
  return values
}

/** One set of variables for each parameter object. */
export const variablesFor = (
  policy: PolicySpec,
  binding: BindingSpec,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Variables[] => {
  const base = celVariables(request, context)
  const params = policy.paramKind ? paramsOf(policy.paramKind, binding, request, context, kinds) : [null]
  return params.map((param) => {
    const variables: Variables = {...base, params: param === null ? null : toCel(param)}
    variables.variables = lazily(policy.variables, variables)
    return variables
  })
}

const paramsOf = (
  paramKind: DeepReadonly<ParamKind>,
  {paramRef}: BindingSpec,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): readonly (DeepReadonly<Stored<KubeObject>> | null)[] => {
  const kind = kinds
    .all()
    .find(({resource}) => resource.kind === paramKind.kind && apiVersionOf(resource) === paramKind.apiVersion)
  if (!kind)
    throw new PolicyError(
      `failed to configure policy: failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`,
    )
  if (!paramRef) return [null]
  const namespace = kind.resource.namespaced ? (paramRef.namespace ?? request.namespace ?? '') : ''
  const found = paramRef.name
    ? [context.get(kind.resource, {namespace, name: paramRef.name})].filter((param) => param !== undefined)
    : context
        .list(kind.resource, namespace)
        .filter(({metadata}) => labelSelector(paramRef.selector ?? {})(metadata.labels))
  if (found.length > 0) return found
  if (paramRef.parameterNotFoundAction === 'Allow') return []
  throw new PolicyError(
    'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
  )
}

export const conditionsHold = (conditions: PolicySpec['matchConditions'], variables: Variables): boolean =>
  (conditions ?? []).every(({expression}) => evaluate(expression, variables) === true)
