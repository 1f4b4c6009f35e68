// Which words a schema may use, and which go together: node by node, from the root down.
import type {FieldErrors} from '../../../field-errors.ts'
import {checkListsAndMaps} from './lists.ts'
import {asProps, fieldsOf, isEmbedded, itemsOf, type Props, valuesOf} from './props.ts'
import {checkRuleTexts} from './rule-texts.ts'

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

/** Where in the schema a node is, as far as that changes what it may say. */
interface Where {
  /** Why there may be no default; absent: there may. */
  readonly noDefaults?: string | undefined
  readonly isMetadata?: boolean | undefined
}

const notSupported = [
  ['id', 'id'],
  ['additionalItems', 'additionalItems'],
  ['patternProperties', 'patternProperties'],
  ['definitions', 'definitions'],
  ['dependencies', 'dependencies'],
  ['$ref', '$ref'],
] as const

const checkWords = (props: Props, where: Where, path: string, errors: FieldErrors): void => {
  if (props.type && !types.includes(props.type)) errors.notSupported(`${path}.type`, props.type, types)
  if (props.default !== undefined && where.noDefaults)
    errors.forbidden(`${path}.default`, `must not be set ${where.noDefaults}`)
  for (const [word, name] of notSupported)
    if (props[word] !== undefined) errors.forbidden(`${path}.${name}`, `${name} is not supported`)
  if (props.type === 'null')
    errors.forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative')
  if (Array.isArray(props.items)) errors.forbidden(`${path}.items`, 'items must be a schema object and not an array')
  if (where.isMetadata && isEmbedded(props))
    errors.forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')
  if (props.uniqueItems)
    errors.forbidden(
      `${path}.uniqueItems`,
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    )
}

const identity: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion'])

const checkBelow = (props: Props, where: Where, isRoot: boolean, path: string, errors: FieldErrors): void => {
  const extra = props.additionalProperties
  const values = valuesOf(props)
  if (extra !== undefined && extra !== true && Object.keys(props.properties ?? {}).length > 0)
    errors.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')
  if (values) {
    const inside = where.isMetadata
      ? {...where, noDefaults: 'inside additionalProperties applying to object metadata'}
      : where
    checkNode(values, inside, false, `${path}.additionalProperties`, errors)
  }
  for (const [field, inner] of fieldsOf(props)) {
    const isIdentity = (isRoot || isEmbedded(props)) && identity.has(field)
    const inside = isIdentity
      ? {isMetadata: true, noDefaults: isRoot ? `in top-level ${field}` : where.noDefaults}
      : where
    checkNode(inner, inside, false, `${path}.properties[${field}]`, errors)
  }
  if (props.not) checkNode(props.not, where, false, `${path}.not`, errors)
  for (const word of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [index, inner] of (props[word] ?? []).entries())
      checkNode(inner, where, false, `${path}.${word}[${index}]`, errors)
  for (const [name, inner] of Object.entries(props.definitions ?? {}))
    checkNode(inner, where, false, `${path}.definitions[${name}]`, errors)
  const items = itemsOf(props)
  if (items) checkNode(items, where, false, `${path}.items`, errors)
  if (Array.isArray(props.items))
    for (const [index, inner] of props.items.entries())
      checkNode(asProps(inner) ?? {}, where, false, `${path}.items[${index}]`, errors)
}

const checkNode = (props: Props, where: Where, isRoot: boolean, path: string, errors: FieldErrors): void => {
  checkWords(props, where, path, errors)
  checkBelow(props, where, isRoot, path, errors)
  if (props['x-kubernetes-preserve-unknown-fields'] === false)
    errors.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')
  checkListsAndMaps(props, path, errors)
  checkRuleTexts(props, path, errors)
}

export const checkSchemaWords = (root: Props, path: string, errors: FieldErrors): void =>
  checkNode(root, {}, true, path, errors)
