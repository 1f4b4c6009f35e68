// The shape of data, for built-in types and for custom resources alike. A schema is a linked graph (types may contain
// themselves); built-in types come from definitions.ts, custom ones are compiled from their CRD.

export interface Schema {
  /** The definition's full name (`io.k8s.api.core.v1.Pod`), for named types. */
  readonly name?: string | undefined
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'any'
  /** int32, int64, double, byte, date-time, date-time-micro, quantity, int-or-string ... */
  readonly format?: string | undefined
  readonly description?: string | undefined
  /** Objects with known fields. Absent with `values` absent too: any object. */
  readonly properties?: {readonly [field: string]: Schema} | undefined
  readonly required?: readonly string[] | undefined
  /** Maps: what every value looks like. */
  readonly values?: Schema | undefined
  /** Lists: what every item looks like. */
  readonly items?: Schema | undefined
  /** Built-in types: an empty value (`{}`, '', 0, false) or null says that the field is always written. */
  readonly default?: unknown
  readonly enum?: readonly unknown[] | undefined
  readonly nullable?: boolean | undefined
  /** Built-in scalars only: absent and zero are different things, so a zero that was sent is kept and written. */
  readonly optional?: boolean | undefined
  /** How lists and maps merge in server-side apply. Default: lists atomic, maps granular. */
  readonly listType?: 'atomic' | 'set' | 'map' | undefined
  readonly listMapKeys?: readonly string[] | undefined
  readonly mapType?: 'atomic' | 'granular' | undefined
  /** How lists merge in strategic merge patch. */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[] | undefined
  readonly patchMergeKey?: string | undefined
  /** x-kubernetes-preserve-unknown-fields. */
  readonly preserveUnknown?: boolean | undefined
  /** x-kubernetes-embedded-resource. */
  readonly embeddedResource?: boolean | undefined
  /** Value rules that only custom resources state in their schema (pattern, bounds, CEL ...). */
  readonly rules?: ValueRules | undefined
}

export interface ValueRules {
  readonly pattern?: string | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly exclusiveMinimum?: boolean | undefined
  readonly exclusiveMaximum?: boolean | undefined
  readonly multipleOf?: number | undefined
  readonly minItems?: number | undefined
  readonly maxItems?: number | undefined
  readonly uniqueItems?: boolean | undefined
  readonly minProperties?: number | undefined
  readonly maxProperties?: number | undefined
  readonly allOf?: readonly Schema[] | undefined
  readonly anyOf?: readonly Schema[] | undefined
  readonly oneOf?: readonly Schema[] | undefined
  readonly not?: Schema | undefined
  /** x-kubernetes-validations, as written. Compiled where they are run. */
  readonly validations?: readonly CelRule[] | undefined
}

export interface CelRule {
  readonly rule: string
  readonly message?: string | undefined
  readonly messageExpression?: string | undefined
  readonly reason?: string | undefined
  readonly fieldPath?: string | undefined
  readonly optionalOldSelf?: boolean | undefined
}
