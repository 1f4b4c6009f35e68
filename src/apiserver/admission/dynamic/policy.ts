// What validating and mutating policies have in common: bindings, parameters, variables, match conditions.
import {type Budget, CelError} from '../../../api/cel/compile.ts'
import {CostExceeded} from '../../../api/cel/language/run-cost.ts'
import {compilePolicy, type Expression, type PolicyProgram, type PolicyTexts} from '../../../api/cel/policy-program.ts'
import {adapt} from '../../../api/cel/values/adapt.ts'
import type {CelMap} from '../../../api/cel/values/maps.ts'
import type {Kind} from '../../../api/kind.ts'
import {labelSelector} from '../../../api/meta/label-selector.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../../api/object.ts'
import {apiVersionOf, splitApiVersion} from '../../../api/resource.ts'
import type {MatchCondition, MatchResources, ParamKind, ParamRef, Variable} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import {shownAs} from '../../registry/convert.ts'
import {copyOf} from '../../registry/freeze.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'
import {type Constraints, matchingKind} from './match.ts'
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

/** The kind under which the policy sees the request; undefined: it is not about it. */
export const kindAbout = (
  policy: PolicySpec,
  binding: BindingSpec,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Kind | undefined => {
  if (!policy.matchConstraints) return undefined
  const kind = matchingKind(constraintsOf(policy.matchConstraints), request, context, kinds)
  const own = binding.matchResources
  if (!kind || !own) return kind
  const constraints = constraintsOf(own)
  const rules = constraints.rules?.length ? constraints.rules : everything
  return matchingKind({...constraints, rules}, request, context, kinds) ? kind : undefined
}

export class PolicyError extends Error {
  override readonly name = 'PolicyError'
}

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run'
const budgetPerPolicy = 10_000_000

export const evaluate = ({text, program, problem}: Expression, variables: Variables, budget?: Budget): unknown => {
  if (!program) throw new PolicyError(problem ?? '')
  try {
    const value = program.run(variables, budget)
    if (budget && budget.left < 0) throw new PolicyError(outOfBudget)
    return value
  } catch (error) {
    if (error instanceof CostExceeded) throw new PolicyError(outOfBudget, {cause: error})
    if (!(error instanceof CelError)) throw error
    throw new PolicyError(`expression '${text}' resulted in error: ${error.message}`, {cause: error})
  }
}

/** Computed when first asked for. */
class LazyVariables implements CelMap {
  readonly #programs: PolicyProgram['variables']
  readonly #variables: Variables
  readonly #known = new Map<string, unknown>()

  constructor(programs: PolicyProgram['variables'], variables: Variables) {
    this.#programs = programs
    this.#variables = variables
  }
  get size(): number {
    return this.#programs.length
  }
  keys(): Iterable<string> {
    return this.#programs.map(({name}) => name)
  }
  has(key: unknown): boolean {
    return this.#programs.some(({name}) => name === key)
  }
  get(key: unknown): unknown {
    const name = String(key)
    if (!this.#known.has(name)) this.#known.set(name, this.#compute(name))
    return this.#known.get(name)
  }
  #compute(name: string): unknown {
    const {program} = this.#programs.find((variable) => variable.name === name) ?? {}
    try {
      return program?.run(this.#variables)
    } catch (error) {
      if (!(error instanceof CelError) || error instanceof CostExceeded) throw error
      throw new CelError(`composited variable ${JSON.stringify(name)} fails to evaluate: ${error.message}`, {
        cause: error,
      })
    }
  }
}

/** One evaluation of a policy: what its expressions may name, and what they may still cost. */
export interface Evaluation {
  readonly program: PolicyProgram
  readonly variables: Variables
  readonly budget: Budget
}

const programs = new Map<string, PolicyProgram>()
const mostPrograms = 1000

/** Compiled once for each version of a policy. */
const programOf = ({metadata, spec}: DeepReadonly<Stored<KubeObject & {spec?: unknown}>>): PolicyProgram => {
  const id = `${metadata.uid}/${metadata.generation ?? metadata.resourceVersion}`
  let program = programs.get(id)
  if (!program) {
    if (programs.size >= mostPrograms) programs.clear()
    programs.set(id, (program = compilePolicy(spec as PolicyTexts)))
  }
  return program
}

/** One for each parameter object. Throws PolicyError. */
export const evaluationsOf = async (
  policy: DeepReadonly<Stored<KubeObject & {spec?: unknown}>>,
  binding: BindingSpec,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<Evaluation[]> => {
  const program = programOf(policy)
  const {paramKind} = policy.spec as PolicySpec
  const base = celVariables(request, context)
  const params = paramKind ? await paramsOf(paramKind, binding, request, context, kinds) : [null]
  return params.map((param) => {
    const variables: Variables = {...base, params: param === null ? null : adapt(param)}
    variables.variables = new LazyVariables(program.variables, variables)
    return {program, variables, budget: {left: budgetPerPolicy}}
  })
}

/** After the object changed: variables are computed anew. */
export const refresh = ({program, variables}: Evaluation, object: unknown): void => {
  variables.object = adapt(object)
  variables.variables = new LazyVariables(program.variables, variables)
}

const bindingError = (why: string): PolicyError => new PolicyError(`failed to configure binding: ${why}`)

const namespaceOfParams = (kind: Kind, paramRef: DeepReadonly<ParamRef>, request: AdmissionRequest): string => {
  const {namespaced} = kind.resource
  if (!namespaced && paramRef.namespace)
    throw bindingError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  const namespace = paramRef.namespace || request.namespace || ''
  if (namespaced && namespace === '')
    throw bindingError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
  return namespaced ? namespace : ''
}

const kindOfParams = ({apiVersion = '', kind: name = ''}: DeepReadonly<ParamKind>, kinds: KindTable): Kind => {
  const kind = kinds.all().find(({resource}) => resource.kind === name && apiVersionOf(resource) === apiVersion)
  if (kind) return kind
  const {group, version} = splitApiVersion(apiVersion)
  throw new PolicyError(
    `failed to configure policy: failed to find resource referenced by paramKind: '${group}/${version}, Kind=${name}'`,
  )
}

const paramsOf = async (
  paramKind: DeepReadonly<ParamKind>,
  {paramRef}: BindingSpec,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<readonly (KubeObject | null)[]> => {
  const kind = kindOfParams(paramKind, kinds)
  if (!paramRef) return [null]
  const namespace = namespaceOfParams(kind, paramRef, request)
  const found = paramRef.name
    ? [context.get(kind.resource, {namespace, name: paramRef.name})].filter((param) => param !== undefined)
    : context
        .list(kind.resource, namespace)
        .filter(({metadata}) => labelSelector(paramRef.selector ?? {})(metadata.labels))
  // They may be kept in another version than the policy asks for.
  if (found.length > 0) return Promise.all(found.map((param) => shownAs(copyOf(param) as KubeObject, kind)))
  if (paramRef.parameterNotFoundAction === 'Allow') return []
  throw bindingError('no params found for policy binding with `Deny` parameterNotFoundAction')
}

/** False as soon as one is; an error counts only where none is. */
export const conditionsHold = (conditions: readonly Expression[], variables: Variables, budget?: Budget): boolean => {
  const problems: PolicyError[] = []
  for (const condition of conditions)
    try {
      if (evaluate(condition, variables, budget) !== true) return false
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      problems.push(error)
    }
  const [first] = problems
  if (!first) return true
  const texts = problems.map(({message}) => message)
  throw problems.length === 1 ? first : new PolicyError(`[${texts.join(', ')}]`)
}
