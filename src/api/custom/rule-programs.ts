// The expressions of one place in a schema, compiled: once for each schema, when they are first needed.
import {compileCel, ExpressionError, environmentOf, type Program} from '../cel/compile.ts'
import {partsOf} from '../cel/language/check.ts'
import type {Environment} from '../cel/language/environment.ts'
import {estimateCost, namesVariable, type SizeOf} from '../cel/language/estimate.ts'
import {optionalType} from '../cel/language/type.ts'
import {partOf, type SchemaType, schemaType} from '../cel/schema-type.ts'
import type {CelRule, Schema} from '../schema/contract.ts'

export type Compiled = {readonly program: Program; readonly cost: number} | {readonly problem: string}

export interface RuleProgram {
  readonly rule: CelRule
  readonly test: Compiled
  readonly message: Compiled | undefined
  /** It speaks of how the value was before. */
  readonly usesOld: boolean
}

const environments = new WeakMap<SchemaType, Map<boolean, Environment>>()

const environmentFor = (self: SchemaType, mayBeNew: boolean): Environment => {
  let of = environments.get(self)
  if (!of) environments.set(self, (of = new Map()))
  let env = of.get(mayBeNew)
  if (!env) {
    const old = mayBeNew ? optionalType(self.type) : self.type
    env = environmentOf({
      variables: new Map([
        ['self', self.type],
        ['oldSelf', old],
      ]),
    })
    of.set(mayBeNew, env)
  }
  return env
}

const sizesOf =
  (self: SchemaType): SizeOf =>
  ([root, ...path]) => {
    const part = root === 'self' || root === 'oldSelf' ? partOf(self, path) : undefined
    return part && {min: 0, max: part.most}
  }

const compile = (text: string, env: Environment, self: SchemaType, wanted: 'bool' | 'string'): Compiled => {
  try {
    const program = compileCel(text, env)
    if (program.type.kind === wanted) return {program, cost: estimateCost(program.tree, sizesOf(self))}
    return {
      problem:
        wanted === 'bool' ? 'cel expression must evaluate to a bool' : 'messageExpression must evaluate to a string',
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return {
      problem:
        wanted === 'bool'
          ? `compilation failed: ${error.message}`
          : `messageExpression compilation failed: ${error.message}`,
    }
  }
}

const usesOld = (test: Compiled): boolean => 'program' in test && namesVariable(test.program.tree, 'oldSelf', partsOf)

const programOf = (rule: CelRule, self: SchemaType): RuleProgram => {
  const env = environmentFor(self, rule.optionalOldSelf === true)
  const test = compile(rule.rule, env, self, 'bool')
  const message = rule.messageExpression ? compile(rule.messageExpression, env, self, 'string') : undefined
  return {rule, test, message, usesOld: usesOld(test)}
}

const known = new WeakMap<Schema, readonly RuleProgram[]>()

/** `isWhole`: the schema is that of a whole object. */
export const ruleProgramsOf = (schema: Schema, isWhole: boolean): readonly RuleProgram[] => {
  let programs = known.get(schema)
  if (!programs) {
    const self = schemaType(schema, isWhole)
    const rules = schema.rules?.validations ?? []
    programs = self ? rules.map((rule) => programOf(rule, self)) : []
    known.set(schema, programs)
  }
  return programs
}
