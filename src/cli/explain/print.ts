// The page of a type or a field.
import {type ApiDocument, type ApiSchema, descriptionsOf, enumOf, fieldsOf, typeOf} from './schema.ts'
import {indent, wrap} from './wrap.ts'

const WIDTH = 76
const none = '<no description>'

/** Descriptions without what others said before: a field and its type often say the same. */
const descriptionText = (document: ApiDocument, schema: ApiSchema): string => {
  const texts = descriptionsOf(document, schema)
  return texts.length > 0 ? `${indent(4, texts.map((text) => `${wrap(text, WIDTH)}\n`).join(''))}\n` : '    <empty>\n'
}

const enumText = (value: unknown): string => (value === '' ? '""' : String(value))

const enumLine = (document: ApiDocument, schema: ApiSchema, level: number): string => {
  const values = enumOf(document, schema)
  if (values.length === 0) return ''
  return `${' '.repeat(level)}enum: ${values.slice(0, 4).map(enumText).join(', ')}${values.length > 4 ? ', ....' : ''}\n`
}

interface FieldLine {
  readonly document: ApiDocument
  readonly name: string
  readonly schema: ApiSchema
  readonly isRequired: boolean
  readonly level: number
}

const fieldLine = ({document, name, schema, isRequired, level}: FieldLine): string =>
  `${' '.repeat(level)}${name}\t<${typeOf(schema)}>${isRequired ? ' -required-' : ''}\n${enumLine(document, schema, level)}`

const sortedFields = (document: ApiDocument, schema: ApiSchema, level: number): FieldLine[] => {
  const {properties = {}, required = []} = fieldsOf(document, schema) ?? {}
  return Object.keys(properties)
    .sort()
    .map((name) => ({document, name, schema: properties[name] ?? {}, isRequired: required.includes(name), level}))
}

/** A type inside of itself is not opened again. */
const tree = (
  document: ApiDocument,
  schema: ApiSchema,
  level: number,
  open: readonly (ApiSchema['properties'] | undefined)[],
): string =>
  sortedFields(document, schema, level)
    .map((line) => {
      const inner = fieldsOf(document, line.schema)?.properties
      const below = inner && !open.includes(inner) ? tree(document, line.schema, level + 2, [...open, inner]) : ''
      return fieldLine(line) + below
    })
    .join('')

const detailed = (document: ApiDocument, schema: ApiSchema): string =>
  sortedFields(document, schema, 2)
    .map((line) => `${fieldLine(line)}${indent(4, wrap(line.schema.description || none, WIDTH))}\n\n`)
    .join('')

export const header = ({
  group,
  version,
  kind,
}: {
  readonly group: string
  readonly version: string
  readonly kind: string
}): string => `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`

export interface NamedField {
  readonly name: string
  readonly isRequired: boolean
}

export const page = (
  document: ApiDocument,
  schema: ApiSchema,
  field: NamedField | undefined,
  isRecursive: boolean,
): string => {
  let text = ''
  if (field) {
    const values = enumOf(document, schema)
    text += `FIELD: ${field.name} <${typeOf(schema)}>\n`
    text += values.length > 0 ? `ENUM:\n${values.map((value) => `    ${enumText(value)}\n`).join('')}\n` : '\n\n'
  }
  text += `DESCRIPTION:\n${descriptionText(document, schema)}`
  const properties = fieldsOf(document, schema)?.properties
  if (!properties || Object.keys(properties).length === 0) return `${text}\n`
  return `${text}FIELDS:\n${isRecursive ? tree(document, schema, 2, [properties]) : detailed(document, schema)}\n`
}
