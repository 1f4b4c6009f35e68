// Schemas as OpenAPI writes them, in the two dialects: 3 (components, allOf around references) and 2 (definitions).
import type {Schema} from '../schema/contract.ts'
import type {RawDefinition, RawSchema} from '../schema/raw.ts'
import {describeEnum, enums} from './enums.ts'
import {valueTypes} from './value-types.ts'

export type Dialect = 2 | 3
type Json = Record<string, unknown>
export type Descriptions = {readonly [definition: string]: {readonly [field: string]: string}}

export const refTo = (name: string, dialect: Dialect): Json => ({
  $ref: `#/${dialect === 3 ? 'components/schemas' : 'definitions'}/${name}`,
})

/** Extensions, shared by both kinds of schema. */
const extensions = (
  schema: Pick<Schema, 'listType' | 'listMapKeys' | 'mapType' | 'patchMergeKey'> & {
    readonly patchStrategy?: readonly string[] | undefined
  },
): Json => ({
  ...(schema.listMapKeys ? {'x-kubernetes-list-map-keys': schema.listMapKeys} : {}),
  ...(schema.listType ? {'x-kubernetes-list-type': schema.listType} : {}),
  ...(schema.mapType ? {'x-kubernetes-map-type': schema.mapType} : {}),
  ...(schema.patchMergeKey ? {'x-kubernetes-patch-merge-key': schema.patchMergeKey} : {}),
  ...(schema.patchStrategy ? {'x-kubernetes-patch-strategy': schema.patchStrategy.join(',')} : {}),
})

const builtInPart = (raw: RawSchema, dialect: Dialect): Json => {
  if (raw.ref) {
    const ref = refTo(raw.ref, dialect)
    return dialect === 3 && raw.default !== undefined && raw.default !== null
      ? {default: raw.default, allOf: [ref]}
      : ref
  }
  return {
    ...(raw.type && raw.type !== 'any' ? {type: raw.type} : {}),
    ...(raw.format ? {format: raw.format} : {}),
    ...(raw.default === undefined || raw.default === null ? {} : {default: raw.default}),
    ...(raw.items ? {items: builtInPart(raw.items, dialect)} : {}),
    ...(raw.values ? {additionalProperties: builtInPart(raw.values, dialect)} : {}),
  }
}

const builtInField = (raw: RawSchema, field: {text: string; values: readonly string[]}, dialect: Dialect): Json => {
  const part = builtInPart(raw, dialect)
  const described = {
    ...(field.text === '' ? {} : {description: field.text}),
    ...(dialect === 3 && part.$ref ? {allOf: [part]} : part),
    ...(field.values.length > 0 ? {enum: field.values} : {}),
  }
  return {...described, ...extensions(raw)}
}

const shortName = (name: string): string => name.split('.').slice(-3).join('.')

export const builtInSchema = (name: string, raw: RawDefinition, descriptions: Descriptions, dialect: Dialect): Json => {
  const value = valueTypes[name]
  if (value) {
    // Dialect 2 has no oneOf: a quantity or an int-or-string is a string there.
    const isEither = value.schema !== undefined && 'oneOf' in value.schema
    const form =
      isEither && dialect === 2
        ? {type: 'string', ...(raw.format === 'quantity' ? {} : {format: raw.format})}
        : value.schema
    return {description: value.description, ...(form ?? {type: 'object'})}
  }
  const texts = descriptions[name] ?? {}
  const words = enums[shortName(name)] ?? {}
  const properties = Object.entries(raw.properties ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, schema]): [string, Json] => {
      const values = words[field]
      const text = (texts[field] ?? '') + (values ? describeEnum(values) : '')
      return [field, builtInField(schema, {text, values: Object.keys(values ?? {})}, dialect)]
    })
  return {
    ...(texts[''] ? {description: texts['']} : {}),
    type: 'object',
    ...(raw.required ? {required: [...raw.required].sort()} : {}),
    ...(properties.length > 0 ? {properties: Object.fromEntries(properties)} : {}),
    ...(raw.kinds
      ? {'x-kubernetes-group-version-kind': raw.kinds.map(([group, version, kind]) => ({group, kind, version}))}
      : {}),
    ...(raw.mapType ? {'x-kubernetes-map-type': raw.mapType} : {}),
    ...(raw.unions ? {'x-kubernetes-unions': raw.unions} : {}),
  }
}

const many = (schemas: readonly Schema[] | undefined, key: string): Json =>
  schemas ? {[key]: schemas.map((schema) => customSchema(schema))} : {}

/** A schema that a CustomResourceDefinition states. */
export const customSchema = (schema: Schema): Json => {
  const {rules = {}} = schema
  const {allOf, anyOf, oneOf, not, validations, ...bounds} = rules
  const isEither = schema.format === 'int-or-string' && schema.type === 'any'
  return {
    ...(schema.description ? {description: schema.description} : {}),
    ...(schema.type === 'any' ? {} : {type: schema.type}),
    ...(schema.format && !isEither ? {format: schema.format} : {}),
    ...(schema.default === undefined ? {} : {default: schema.default}),
    ...(schema.enum ? {enum: schema.enum} : {}),
    ...(schema.nullable ? {nullable: true} : {}),
    ...bounds,
    ...(schema.required ? {required: schema.required} : {}),
    ...(schema.properties
      ? {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([field, inner]) => [field, customSchema(inner)]),
          ),
        }
      : {}),
    ...(schema.items ? {items: customSchema(schema.items)} : {}),
    ...(schema.values ? {additionalProperties: customSchema(schema.values)} : {}),
    ...many(allOf, 'allOf'),
    ...many(anyOf, 'anyOf'),
    ...many(oneOf, 'oneOf'),
    ...(not ? {not: customSchema(not)} : {}),
    ...(isEither ? {'x-kubernetes-int-or-string': true} : {}),
    ...(schema.preserveUnknown ? {'x-kubernetes-preserve-unknown-fields': true} : {}),
    ...(schema.embeddedResource ? {'x-kubernetes-embedded-resource': true} : {}),
    ...(validations ? {'x-kubernetes-validations': validations} : {}),
    ...extensions(schema),
  }
}
