// CEL expressions, compiled once and run many times.
import {Environment} from '@marcbachmann/cel-js'
import {addLibraries} from './libraries.ts'
import {rewrite} from './rewrite.ts'

export interface Program {
  /** Throws Error with a one-line message. */
  run(variables: Readonly<Record<string, unknown>>): unknown
}

const names = [
  'self',
  'oldSelf',
  'object',
  'oldObject',
  'request',
  'params',
  'namespaceObject',
  'variables',
  'authorizer',
] as const

let shared: Environment | undefined
const environment = (): Environment => {
  if (shared) return shared
  shared = new Environment({
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: {maxAstNodes: 20_000, maxDepth: 200, maxListElements: 5000, maxMapEntries: 5000},
  })
  for (const name of names) shared.registerVariable(name, 'dyn')
  addLibraries(shared)
  return shared
}

/** The library draws the place of an error below its message; Kubernetes names only the error. */
const oneLine = (error: unknown): Error => {
  const text = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  return new Error(text.replace(/^No such key: /, 'no such key: '), {cause: error})
}

const compiled = new Map<string, Program>()

/** Throws Error where the expression does not compile. */
export const compileCel = (source: string): Program => {
  const known = compiled.get(source)
  if (known) return known
  try {
    const parsed = environment().parse(rewrite(source))
    const checked = parsed.check()
    if (!checked.valid) throw checked.error ?? new Error('the expression does not compile')
    const program: Program = {
      run: (variables) => {
        try {
          return parsed(variables as Record<string, unknown>)
        } catch (error) {
          throw oneLine(error)
        }
      },
    }
    if (compiled.size >= 5000) compiled.clear()
    compiled.set(source, program)
    return program
  } catch (error) {
    throw oneLine(error)
  }
}

let makers: {readonly of: Program; readonly none: Program} | undefined

/** A value that may not be there, as expressions know it. */
export const optionalOf = (value: unknown): unknown => {
  makers ??= {of: compileCel('optional.of(self)'), none: compileCel('optional.none()')}
  return value === undefined ? makers.none.run({}) : makers.of.run({self: value})
}
