// A CustomResourceDefinition's openAPIV3Schema as a Schema.
import type {CelRule, Schema, ValueRules} from '../schema/contract.ts'
import type {JSONSchemaProps} from '../schema/types.gen.ts'

type Props = JSONSchemaProps

/** Leaves out what is not stated. */
export const stated = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T

/** `additionalProperties` and `items` are a schema, or (the former) a boolean. */
export const asProps = (value: unknown): Props | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Props) : undefined

const many = (list: readonly Props[] | undefined): readonly Schema[] | undefined =>
  list && list.length > 0 ? list.map((props) => compile(props)) : undefined

const rulesOf = (props: Props): ValueRules | undefined => {
  const validations = props['x-kubernetes-validations']
  const rules: ValueRules = stated({
    pattern: props.pattern,
    minLength: props.minLength,
    maxLength: props.maxLength,
    minimum: props.minimum,
    maximum: props.maximum,
    exclusiveMinimum: props.exclusiveMinimum,
    exclusiveMaximum: props.exclusiveMaximum,
    multipleOf: props.multipleOf,
    minItems: props.minItems,
    maxItems: props.maxItems,
    uniqueItems: props.uniqueItems,
    minProperties: props.minProperties,
    maxProperties: props.maxProperties,
    allOf: many(props.allOf),
    anyOf: many(props.anyOf),
    oneOf: many(props.oneOf),
    not: props.not && compile(props.not),
    validations: validations && validations.length > 0 ? (validations as readonly CelRule[]) : undefined,
  })
  return Object.keys(rules).length > 0 ? rules : undefined
}

const types: ReadonlySet<string> = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean'])

const typeOf = ({type}: Props): Schema['type'] => (type && types.has(type) ? (type as Schema['type']) : 'any')

/** Metadata belongs to the server: what a schema says of it checks values and removes nothing. */
const fieldsOf = (properties: {readonly [field: string]: Props}, hasIdentity: boolean): {[field: string]: Schema} =>
  Object.fromEntries(
    Object.entries(properties).map(([field, props]) => {
      const schema = compile(props)
      return [field, hasIdentity && field === 'metadata' ? {...schema, preserveUnknown: true} : schema]
    }),
  )

/** `isRoot`: the value is a whole object, with kind, version and metadata. */
export const compile = (props: Props, isRoot = false): Schema => {
  const isEither = props['x-kubernetes-int-or-string'] === true
  const isEmbedded = props['x-kubernetes-embedded-resource'] === true
  const items = asProps(props.items)
  const extra = props.additionalProperties
  const values = asProps(extra)
  return stated<Schema>({
    type: isEither ? 'any' : typeOf(props),
    format: isEither ? 'int-or-string' : props.format,
    description: props.description,
    properties: props.properties && fieldsOf(props.properties, isRoot || isEmbedded),
    required: props.required,
    values: values ? compile(values) : extra === true ? {type: 'any', preserveUnknown: true} : undefined,
    items: items && compile(items),
    default: props.default,
    enum: props.enum,
    nullable: props.nullable,
    listType: props['x-kubernetes-list-type'] as Schema['listType'],
    listMapKeys: props['x-kubernetes-list-map-keys'],
    mapType: props['x-kubernetes-map-type'] as Schema['mapType'],
    preserveUnknown: props['x-kubernetes-preserve-unknown-fields'],
    embeddedResource: props['x-kubernetes-embedded-resource'],
    rules: rulesOf(props),
  })
}
