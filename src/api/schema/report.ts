// Says what in a document does not fit its type, in the order of the document and in the words of Go's decoder:
// unknown and duplicate fields are a list, a wrong type is one error.
import {tryParseQuantity} from '../meta/quantity.ts'
import {canonicalMicroTime, canonicalTime} from '../meta/time.ts'
import type {Schema} from './contract.ts'
import {isInt32, isInt64, isPlainBase64} from './convert.ts'
import type {DuplicateKeys} from './json.ts'
import {isObject} from './own.ts'

/** Kubernetes stops counting there. */
const maxProblems = 100

/** A body that cannot be decoded; the message is Go's. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

const jsonType = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'number'
  return typeof value
}

/** Go's name of a type: `v1.PodSpec`, `[]string`, `map[string]string`. */
export const goType = (schema: Schema): string => {
  if (schema.type === 'array') return `[]${goType(schema.items ?? {type: 'any'})}`
  if (schema.name) return schema.name.split('.').slice(-2).join('.')
  if (schema.type === 'object') {
    const values: Schema = schema.values ?? {type: 'any'}
    return values.format === 'quantity' ? 'v1.ResourceList' : `map[string]${goType(values)}`
  }
  if (schema.format === 'byte') return '[]uint8'
  if (schema.type === 'boolean') return 'bool'
  if (schema.type === 'integer') return schema.format ?? 'int64'
  if (schema.type === 'number') return 'float64'
  return schema.type === 'any' ? 'interface {}' : 'string'
}

const structName = (schema: Schema): string => schema.name?.split('.').at(-1) ?? ''

const showNumber = (value: number | bigint): string => String(value).replace(/e\+?/, 'e+')

/** The wrong value as Go's message names it, when it does not fit a scalar or container of this type. */
const mismatch = (value: unknown, schema: Schema): string | undefined => {
  const type = jsonType(value)
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  if (schema.type === 'array') return type === 'array' ? undefined : type
  if (schema.type === 'object') return type === 'object' || schema.preserveUnknown ? undefined : type
  if (schema.type === 'string') return type === 'string' ? undefined : type
  if (schema.type === 'boolean') return type === 'bool' ? undefined : type
  if (!isNumber) return schema.type === 'any' ? undefined : type
  const fits = schema.format === 'int32' ? isInt32 : schema.format === 'int64' ? isInt64 : () => true
  return fits(value) ? undefined : `number ${showNumber(value)}`
}

export const base64Problem = (text: string): string | undefined => {
  if (isPlainBase64(text.replace(/[\r\n]/g, ''))) return undefined
  const wrong = text.search(/[^A-Za-z0-9+/\r\n]/)
  const joined = text.replace(/[\r\n]/g, '')
  const at = wrong >= 0 ? wrong : joined.length - (joined.length % 4)
  return `illegal base64 data at input byte ${at}`
}

/** Types that decode themselves: their errors come as they are, and end the reading. */
export const ownProblem = (value: unknown, {format}: Schema): string | undefined => {
  if (format === 'quantity') {
    const parsed = tryParseQuantity(typeof value === 'object' ? ' ' : String(value).trim())
    return 'problem' in parsed ? parsed.problem : undefined
  }
  if (format === 'int-or-string') {
    if (typeof value === 'string' || isInt32(value)) return undefined
    const shown = typeof value === 'number' ? `number ${showNumber(value)}` : jsonType(value)
    return `json: cannot unmarshal ${shown} into Go value of type int32`
  }
  if (typeof value !== 'string') return `json: cannot unmarshal ${jsonType(value)} into Go value of type string`
  try {
    if (format === 'date-time') canonicalTime(value)
    else canonicalMicroTime(value)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

export const decodesItself = (format: string | undefined): boolean =>
  format === 'quantity' || format === 'int-or-string' || format === 'date-time' || format === 'date-time-micro'

class Report {
  readonly problems: string[] = []
  readonly #duplicates: DuplicateKeys | undefined
  readonly #fields: string[] = []
  #struct = ''
  #firstError: string | undefined

  constructor(duplicates: DuplicateKeys | undefined) {
    this.#duplicates = duplicates
  }

  finish(): readonly string[] {
    if (this.#firstError !== undefined) throw new DecodeError(this.#firstError)
    return this.problems
  }

  read(value: unknown, schema: Schema, path: string): void {
    if (value === null || value === undefined) return
    if (decodesItself(schema.format)) {
      const problem = ownProblem(value, schema)
      if (problem !== undefined) throw new DecodeError(problem)
      return
    }
    const wrong = mismatch(value, schema)
    if (wrong !== undefined) this.#mismatch(wrong, schema)
    else if (schema.format === 'byte') this.#save(base64Problem(value as string))
    else if (Array.isArray(value)) this.#items(value, schema.items ?? {type: 'any'}, path)
    else if (isObject(value)) this.#object(value, schema, path)
  }

  #save(message: string | undefined): void {
    this.#firstError ??= message
  }

  #mismatch(wrong: string, schema: Schema): void {
    const place = this.#fields.join('.')
    const target = place === '' ? 'Go value' : `Go struct field ${this.#struct}.${place}`
    this.#save(`json: cannot unmarshal ${wrong} into ${target} of type ${goType(schema)}`)
  }

  #problem(text: string): void {
    if (this.problems.length < maxProblems && !this.problems.includes(text)) this.problems.push(text)
  }

  #items(items: readonly unknown[], schema: Schema, path: string): void {
    for (const [index, item] of items.entries()) this.read(item, schema, `${path}[${index}]`)
  }

  #object(object: Record<string, unknown>, schema: Schema, path: string): void {
    const prefix = path === '' ? '' : `${path}.`
    if (schema.properties && !schema.preserveUnknown) this.#fieldsOf(object, schema, prefix)
    else
      for (const [key, value] of Object.entries(object)) this.read(value, schema.values ?? {type: 'any'}, prefix + key)
    for (const key of this.#duplicates?.get(object) ?? [])
      this.#problem(`duplicate field ${JSON.stringify(prefix + key)}`)
  }

  #fieldsOf(object: Record<string, unknown>, schema: Schema, prefix: string): void {
    const outer = this.#struct
    for (const [key, value] of Object.entries(object)) {
      const field = schema.properties?.[key]
      if (!field) {
        this.#problem(`unknown field ${JSON.stringify(prefix + key)}`)
        continue
      }
      this.#struct = structName(schema)
      this.#fields.push(key)
      this.read(value, field, prefix + key)
      this.#fields.pop()
    }
    this.#struct = outer
  }
}

/** Unknown and duplicate fields, as `unknown field "spec.foo"`. Throws DecodeError for a value of the wrong type. */
export const reportProblems = (
  value: unknown,
  schema: Schema,
  duplicates?: DuplicateKeys | undefined,
): readonly string[] => {
  const report = new Report(duplicates)
  report.read(value, schema, '')
  return report.finish()
}
