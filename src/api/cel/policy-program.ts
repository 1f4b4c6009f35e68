// The expressions of an admission policy, compiled in the order in which they may name each other.
import {compileCel, ExpressionError, type Program} from './compile.ts'
import type {Environment} from './language/environment.ts'
import {listType, showType, type Type, types} from './language/type.ts'
import {jsonPatchType, objectType, type PolicyScope, policyEnvironment} from './policy-names.ts'

/** `at`: the field that holds the expression, as in `spec.validations[0].expression`. */
export interface Expression {
  readonly at: string
  readonly text: string
  readonly program: Program | undefined
  readonly problem: string | undefined
}

const shown = (type: Type): string => (type.kind === 'null' ? 'null_type' : showType(type))

const fits = (type: Type, wanted: readonly Type[]): boolean => wanted.some((one) => shown(one) === shown(type))

const mismatch = (type: Type, wanted: readonly Type[]): string => {
  const names = wanted.map(shown)
  return `must evaluate to ${names.length === 1 ? names[0] : `one of [${names.join(' ')}]`} but got ${shown(type)}`
}

/** `wanted`: the types its value may have; none: any. */
export const compileExpression = (
  at: string,
  text: string,
  env: Environment,
  wanted: readonly Type[] = [],
): Expression => {
  try {
    const program = compileCel(text, env)
    const problem = wanted.length > 0 && !fits(program.type, wanted) ? mismatch(program.type, wanted) : undefined
    return {at, text, program: problem ? undefined : program, problem}
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return {at, text, program: undefined, problem: `compilation failed: ${error.message}`}
  }
}

export interface PolicyTexts {
  readonly paramKind?: unknown
  readonly variables?: readonly {readonly name: string; readonly expression: string}[] | undefined
  readonly matchConditions?: readonly {readonly name: string; readonly expression: string}[] | undefined
  readonly validations?:
    | readonly {readonly expression: string; readonly messageExpression?: string | undefined}[]
    | undefined
  readonly auditAnnotations?: readonly {readonly key: string; readonly valueExpression: string}[] | undefined
  readonly mutations?:
    | readonly {
        readonly patchType: string
        readonly applyConfiguration?: {readonly expression?: string | undefined} | undefined
        readonly jsonPatch?: {readonly expression?: string | undefined} | undefined
      }[]
    | undefined
}

export interface PolicyProgram {
  readonly variables: readonly (Expression & {readonly name: string})[]
  readonly conditions: readonly Expression[]
  readonly validations: readonly {readonly test: Expression; readonly message: Expression | undefined}[]
  readonly annotations: readonly (Expression & {readonly key: string})[]
  readonly mutations: readonly (Expression & {readonly patchType: string})[]
}

const bool = [types.bool]

export const compileConditions = (
  conditions: readonly {readonly expression: string}[] | undefined,
  at: string,
  scope: PolicyScope,
): readonly Expression[] =>
  (conditions ?? []).map(({expression}, index) =>
    compileExpression(`${at}[${index}].expression`, expression, policyEnvironment(scope), bool),
  )

/** An empty expression is a matter of whoever requires it. */
const isWritten = (text: string | undefined): text is string => (text ?? '').trim() !== ''

const compileVariables = ({variables = []}: PolicyTexts, scope: PolicyScope, known: Map<string, Type>) =>
  variables.map(({name, expression}, index) => {
    const env = policyEnvironment({...scope, variables: new Map(known)})
    const compiled = compileExpression(`spec.variables[${index}].expression`, expression, env)
    known.set(name, compiled.program?.type ?? types.dyn)
    return {...compiled, name}
  })

const mutationTypes: Readonly<Record<string, readonly Type[]>> = {
  ApplyConfiguration: [objectType],
  JSONPatch: [listType(jsonPatchType)],
}

const compileMutations = ({mutations = []}: PolicyTexts, env: Environment): PolicyProgram['mutations'] =>
  mutations.flatMap(({patchType, applyConfiguration, jsonPatch}, index) => {
    const field = patchType === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration'
    const text = (patchType === 'JSONPatch' ? jsonPatch : applyConfiguration)?.expression
    if (!isWritten(text)) return []
    const at = `spec.mutations[${index}].${field}.expression`
    return [{...compileExpression(at, text, env, mutationTypes[patchType]), patchType}]
  })

/** `object`: what the object is, where that is known. */
export const compilePolicy = (spec: PolicyTexts, object?: Type): PolicyProgram => {
  const scope: PolicyScope = {hasParams: spec.paramKind !== undefined, hasAuthorizer: true, object}
  const known = new Map<string, Type>()
  const variables = compileVariables(spec, {...scope, hasPatchTypes: spec.mutations !== undefined}, known)
  const full = {...scope, variables: known}
  const env = policyEnvironment(full)
  const messages = policyEnvironment({...full, hasAuthorizer: false})
  return {
    variables,
    conditions: compileConditions(spec.matchConditions, 'spec.matchConditions', scope),
    validations: (spec.validations ?? []).map(({expression, messageExpression}, index) => ({
      test: compileExpression(`spec.validations[${index}].expression`, expression, env, bool),
      message: isWritten(messageExpression)
        ? compileExpression(`spec.validations[${index}].messageExpression`, messageExpression, messages, [types.string])
        : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map(({key, valueExpression}, index) => ({
      ...compileExpression(`spec.auditAnnotations[${index}].valueExpression`, valueExpression, env, [
        types.string,
        types.null,
      ]),
      key,
    })),
    mutations: compileMutations(spec, policyEnvironment({...full, hasPatchTypes: true})),
  }
}
