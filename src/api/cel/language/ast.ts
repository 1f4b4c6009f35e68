// An expression as a tree. Every node knows where in the text it stands; the checker writes types and overloads to it.
import type {Type} from './type.ts'

interface Node {
  /** Offset in the text, in code points. */
  readonly at: number
  type?: Type
}

export interface Literal extends Node {
  readonly kind: 'literal'
  readonly value: unknown
}

export interface Ident extends Node {
  readonly kind: 'ident'
  readonly name: string
}

export interface Select extends Node {
  readonly kind: 'select'
  readonly operand: Expr
  readonly field: string
  /** has(a.b) */
  readonly tests: boolean
  /** `a.b` that is one variable's name. */
  variable?: string
}

export interface Call extends Node {
  readonly kind: 'call'
  readonly name: string
  target?: Expr | undefined
  readonly args: readonly Expr[]
  /** What may be meant, once checked. */
  overloads?: readonly string[]
}

export interface ListLiteral extends Node {
  readonly kind: 'list'
  readonly items: readonly Expr[]
  /** Items that are left out where they are optional and empty. */
  readonly optional: ReadonlySet<number>
}

export interface Entry {
  readonly key: Expr
  readonly value: Expr
  readonly isOptional: boolean
}

export interface MapLiteral extends Node {
  readonly kind: 'map'
  readonly entries: readonly Entry[]
}

export interface StructField {
  readonly at: number
  readonly name: string
  readonly value: Expr
  readonly isOptional: boolean
}

export interface StructLiteral extends Node {
  readonly kind: 'struct'
  readonly name: string
  readonly fields: readonly StructField[]
}

/** What all(), exists(), map() and their like become. */
export interface Fold extends Node {
  readonly kind: 'fold'
  readonly range: Expr
  readonly item: string
  /** With two variables: the first is an index or key, the second the value. */
  readonly value?: string | undefined
  readonly result: string
  readonly init: Expr
  readonly condition: Expr
  readonly step: Expr
  readonly answer: Expr
}

export type Expr = Literal | Ident | Select | Call | ListLiteral | MapLiteral | StructLiteral | Fold

export const resultName = '@result'
