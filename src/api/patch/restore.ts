// Why a patched object is no object of its type, in the words the server has for strategic merge patches (other
// patches go through the JSON decoder and have its words).
import type {Schema} from '../schema/contract.ts'
import {getOwn, isObject} from '../schema/own.ts'
import {base64Problem, decodesItself, goType, ownProblem} from '../schema/report.ts'
import {goKind} from './go-print.ts'

const scalarProblem = (value: unknown, schema: Schema): string | undefined => {
  const kind = goKind(value)
  const type = goType(schema)
  const isNumber = kind === 'int64' || kind === 'float64'
  if (schema.type === 'string') {
    if (kind === 'string') return undefined
    return kind === 'int64' ? `cannot convert int64 to ${type}` : `unrecognized type: ${type}`
  }
  if (schema.type === 'boolean') return kind === 'bool' ? undefined : `unrecognized type: ${type}`
  if (!isNumber) return `unrecognized type: ${type}`
  return schema.type === 'integer' && kind === 'float64' ? `cannot convert float64 to ${type}` : undefined
}

const first = <T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

export const restoreProblem = (value: unknown, schema: Schema): string | undefined => {
  if (value === null || value === undefined || schema.preserveUnknown) return undefined
  if (decodesItself(schema.format)) return ownProblem(value, schema)
  const {properties, values, items} = schema
  if (schema.format === 'byte')
    return typeof value === 'string' ? base64Problem(value) : `cannot restore slice from ${goKind(value)}`
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return `cannot restore slice from ${goKind(value)}`
    return items && first(value, (item) => restoreProblem(item, items))
  }
  if (schema.type === 'any') return undefined
  if (schema.type !== 'object') return scalarProblem(value, schema)
  if (!isObject(value))
    return properties ? `cannot restore struct from: ${goKind(value)}` : `cannot restore map from ${goKind(value)}`
  if (properties)
    return first(Object.entries(properties), ([field, inner]) => restoreProblem(getOwn(value, field), inner))
  return values && first(Object.values(value), (item) => restoreProblem(item, values))
}
