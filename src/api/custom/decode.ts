// From a parsed body to a custom object: metadata as all objects have it, the rest as it was sent, without what the
// schema does not know.
import type {KubeObject} from '../object.ts'
import type {Schema} from '../schema/contract.ts'
import {type Decoded, DecodeError, decode} from '../schema/decode.ts'
import {definition} from '../schema/definitions.ts'
import type {DuplicateKeys, ParsedJson} from '../schema/json.ts'
import {isObject} from '../schema/own.ts'
import {prune} from '../schema/prune.ts'
import type {ObjectMeta} from '../schema/types.gen.ts'

let metadataOnly: Schema | undefined
const metadataSchema = (): Schema =>
  (metadataOnly ??= {
    type: 'object',
    properties: {metadata: definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')},
  })

const decodeMetadata = (metadata: unknown): {metadata: ObjectMeta; problems: readonly string[]} => {
  const {object, problems} = decode<KubeObject>({value: {metadata}}, metadataSchema())
  return {metadata: object.metadata ?? {}, problems}
}

const duplicatePaths = (value: unknown, duplicates: DuplicateKeys, path: string): string[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => duplicatePaths(item, duplicates, `${path}[${index}]`))
  if (!isObject(value)) return []
  const inside = (key: string): string => (path === '' ? key : `${path}.${key}`)
  return [
    ...(duplicates.get(value) ?? []).map(inside),
    ...Object.entries(value).flatMap(([key, inner]) => duplicatePaths(inner, duplicates, inside(key))),
  ]
}

/** Objects inside objects have metadata of the same form. Says what is wrong with it. */
const decodeEmbedded = (value: unknown, schema: Schema, path: string): string[] => {
  if (Array.isArray(value)) {
    const {items} = schema
    return items ? value.flatMap((item, index) => decodeEmbedded(item, items, `${path}[${index}]`)) : []
  }
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([field, inner]) => {
    const known = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    const of = known ?? schema.values
    if (!of) return []
    const at = path === '' ? field : `${path}.${field}`
    const found: string[] = []
    if (of.embeddedResource && isObject(inner) && isObject(inner.metadata)) {
      const {metadata, problems} = decodeMetadata(inner.metadata)
      inner.metadata = metadata
      found.push(...problems.map((problem) => problem.replace('"metadata', `"${at}.metadata`)))
    }
    return [...found, ...decodeEmbedded(inner, of, at)]
  })
}

const quoted = (kind: string, paths: readonly string[]): string[] =>
  paths.map((path) => `${kind} field ${JSON.stringify(path)}`)

/** Throws DecodeError. What was parsed is copied first. */
export const decodeCustom = <T extends KubeObject>({value, duplicates}: ParsedJson, schema: Schema): Decoded<T> => {
  if (!isObject(value)) throw new DecodeError('the object provided is not an object')
  const twice = duplicates ? duplicatePaths(value, duplicates, '') : []
  const {metadata: said, ...rest} = structuredClone(value)
  const {metadata, problems} = decodeMetadata(said ?? {})
  const object: Record<string, unknown> = {apiVersion: rest.apiVersion, kind: rest.kind, metadata, ...rest}
  const removed = [...prune(object, schema)].sort()
  const inside = decodeEmbedded(object, schema, '')
  return {
    object: object as T,
    problems: [...quoted('duplicate', twice), ...problems, ...quoted('unknown', removed), ...inside],
  }
}
