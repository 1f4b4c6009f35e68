// Schemas of OpenAPI v3 documents, with their references followed.

export interface ApiSchema {
  readonly $ref?: string
  readonly allOf?: readonly ApiSchema[]
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, ApiSchema>>
  readonly required?: readonly string[]
  readonly items?: ApiSchema
  readonly additionalProperties?: ApiSchema | boolean
  readonly enum?: readonly unknown[]
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string
    readonly version: string
    readonly kind: string
  }[]
}

export interface ApiDocument {
  readonly components?: {readonly schemas?: Readonly<Record<string, ApiSchema>>}
}

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1)

export const referred = (document: ApiDocument, {$ref}: ApiSchema): ApiSchema | undefined =>
  $ref === undefined ? undefined : document.components?.schemas?.[nameOf($ref)]

const valuesOf = ({additionalProperties}: ApiSchema): ApiSchema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined

/** What a schema is made of: itself, then what it refers to. */
const layers = function* (document: ApiDocument, schema: ApiSchema): Generator<ApiSchema> {
  yield schema
  const inner = [referred(document, schema), ...(schema.allOf ?? []), schema.items, valuesOf(schema)]
  for (const one of inner) if (one) yield* layers(document, one)
}

/** The fields: of the object, of the items of a list, of the values of a map. */
export const fieldsOf = (
  document: ApiDocument,
  schema: ApiSchema,
): Pick<ApiSchema, 'properties' | 'required'> | undefined => {
  for (const layer of layers(document, schema)) if (layer.properties) return layer
  return undefined
}

export const descriptionsOf = (document: ApiDocument, schema: ApiSchema): string[] =>
  [...layers(document, schema)].flatMap(({description}) => (description ? [description] : []))

export const enumOf = (document: ApiDocument, schema: ApiSchema): readonly unknown[] => {
  if (schema.enum) return schema.enum
  for (const layer of [referred(document, schema), ...(schema.allOf ?? [])])
    if (layer) {
      const found = enumOf(document, layer)
      if (found.length > 0) return found
    }
  return []
}

const timeNames = new Set(['Time', 'MicroTime'].map((name) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`))

export const typeOf = (schema: ApiSchema): string => {
  if (schema.items) return `[]${typeOf(schema.items)}`
  const values = valuesOf(schema)
  if (values) return `map[string]${typeOf(values)}`
  const [only] = schema.allOf ?? []
  if (only && schema.allOf?.length === 1 && !schema.properties) return typeOf(only)
  if (schema.$ref) {
    const name = nameOf(schema.$ref)
    return timeNames.has(name) ? 'string' : name.slice(name.lastIndexOf('.') + 1)
  }
  return schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type
}

export const schemaOfKind = (
  document: ApiDocument,
  {group, version, kind}: {readonly group: string; readonly version: string; readonly kind: string},
): ApiSchema | undefined =>
  Object.values(document.components?.schemas ?? {}).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (one) => one.group === group && one.version === version && one.kind === kind,
    ),
  )
