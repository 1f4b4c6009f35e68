// CEL expressions, compiled once and run many times.
import {functions} from './functions/index.ts'
import type {Expr} from './language/ast.ts'
import {check} from './language/check.ts'
import {type Environment, typeNames} from './language/environment.ts'
import {parse} from './language/parse.ts'
import {plan, type Run, type Step} from './language/plan.ts'
import {ExpressionError} from './language/source.ts'
import type {Type} from './language/type.ts'
import {CelError} from './values/numbers.ts'

export {CelError, ExpressionError}

export interface Program {
  readonly type: Type
  /** Checked: every node has its type. */
  readonly tree: Expr
  /** Throws CelError with a one-line message; `spent` says what it cost. */
  run(variables: Readonly<Record<string, unknown>>, meter?: Budget): unknown
}

/** What may still be spent. Runs take from it. */
export interface Budget {
  left: number
}

const usualLimit = 1_000_000

export interface Names {
  readonly variables: ReadonlyMap<string, Type>
  readonly struct?: ((name: string) => Type | undefined) | undefined
}

export const environmentOf = ({variables, struct}: Names): Environment => ({
  variables,
  functions: functions(),
  typeNames,
  struct: struct ?? (() => undefined),
})

const runnerOf =
  (step: Step) =>
  (variables: Readonly<Record<string, unknown>>, budget?: Budget): unknown => {
    const run: Run = {variables, locals: [], spent: 0, limit: usualLimit}
    try {
      return step(run)
    } catch (error) {
      // A stack that is too deep is the expression's fault.
      if (error instanceof RangeError) throw new CelError('the expression is too deep', {cause: error})
      throw error
    } finally {
      if (budget) budget.left -= run.spent
    }
  }

/** Throws ExpressionError where the text does not compile. */
export const compileCel = (text: string, env: Environment): Program => {
  const tree = parse(text)
  const type = check(text, tree, env)
  let step: Step | undefined
  let run: Program['run'] | undefined
  return {
    type,
    tree,
    run: (variables, budget) => {
      step ??= plan(tree, env)
      run ??= runnerOf(step)
      return run(variables, budget)
    },
  }
}
