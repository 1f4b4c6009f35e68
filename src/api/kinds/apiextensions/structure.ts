// Schemas must be structural: every value has one place that says its type.
import {compileCel} from '../../cel/compile.ts'
import type {FieldErrors} from '../../field-errors.ts'
import type {JSONSchemaProps} from '../../schema/types.gen.ts'

type Props = JSONSchemaProps

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

const asProps = (value: unknown): Props | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Props) : undefined

const unsupported = ['$ref', 'definitions', 'dependencies', 'patternProperties', 'additionalItems', 'id'] as const

const checkWords = (props: Props, path: string, errors: FieldErrors): void => {
  for (const word of unsupported)
    if (props[word] !== undefined) errors.forbidden(`${path}.${word}`, `${word} is not supported`)
  if (props.uniqueItems)
    errors.forbidden(
      `${path}.uniqueItems`,
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    )
  if (props.additionalProperties === false)
    errors.forbidden(`${path}.additionalProperties`, 'additionalProperties cannot be set to false')
  if (props.additionalProperties !== undefined && props.properties)
    errors.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')
  if (Array.isArray(props.items)) errors.forbidden(`${path}.items`, 'items must be a schema object and not an array')
  if (props.type && !types.includes(props.type)) errors.notSupported(`${path}.type`, props.type, types)
  if (props['x-kubernetes-preserve-unknown-fields'] === false)
    errors.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')
}

const checkLists = (props: Props, path: string, errors: FieldErrors): void => {
  const listType = props['x-kubernetes-list-type']
  const keys = props['x-kubernetes-list-map-keys'] ?? []
  if (listType !== undefined && props.type !== 'array')
    errors.invalid(`${path}.type`, props.type ?? '', 'must be array if x-kubernetes-list-type is specified')
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    errors.notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'map', 'set'])
  if (listType === 'map' && keys.length === 0)
    errors.required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')
  if (listType !== 'map' && keys.length > 0)
    errors.invalid(
      `${path}.x-kubernetes-list-type`,
      listType ?? '',
      'must be map if x-kubernetes-list-map-keys is non-empty',
    )
  const item = asProps(props.items)
  if (listType === 'map' && item) {
    if (item.type !== 'object')
      errors.invalid(
        `${path}.items.type`,
        item.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      )
    for (const [index, key] of keys.entries())
      if (!item.properties?.[key])
        errors.invalid(
          `${path}.x-kubernetes-list-map-keys[${index}]`,
          key,
          'entries must all be names of item properties',
        )
      else if (!item.required?.includes(key) && item.properties[key].default === undefined)
        errors.required(
          `${path}.items.properties[${key}].default`,
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        )
  }
}

/** Below allOf, anyOf, oneOf and not only values are judged. */
const onlyStructural = ['type', 'description', 'default', 'nullable', 'additionalProperties', 'title'] as const

const checkJunctor = (props: Props, path: string, isEither: boolean, errors: FieldErrors): void => {
  for (const word of onlyStructural)
    if (props[word] !== undefined && !(word === 'type' && isEither))
      errors.forbidden(`${path}.${word}`, 'must be empty to be structural')
  checkJunctors(props, path, errors)
  for (const [field, inner] of Object.entries(props.properties ?? {}))
    checkJunctor(inner, `${path}.properties[${field}]`, false, errors)
  const items = asProps(props.items)
  if (items) checkJunctor(items, `${path}.items`, false, errors)
}

const checkJunctors = (props: Props, path: string, errors: FieldErrors): void => {
  const isEither = props['x-kubernetes-int-or-string'] === true
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [index, inner] of (props[word] ?? []).entries())
      checkJunctor(inner, `${path}.${word}[${index}]`, isEither, errors)
  if (props.not) checkJunctor(props.not, `${path}.not`, false, errors)
}

const checkRules = (props: Props, path: string, errors: FieldErrors): void => {
  for (const [index, {rule, messageExpression}] of (props['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${index}]`
    for (const [field, expression] of [
      ['rule', rule],
      ['messageExpression', messageExpression],
    ] as const) {
      if (!expression) {
        if (field === 'rule') errors.required(`${at}.rule`, 'rule is not specified')
        continue
      }
      try {
        compileCel(expression)
      } catch (error) {
        errors.invalid(
          `${at}.${field}`,
          expression,
          `compilation failed: ${error instanceof Error ? error.message : ''}`,
        )
      }
    }
  }
}

const checkBelow = (props: Props, path: string, errors: FieldErrors): void => {
  for (const [field, inner] of Object.entries(props.properties ?? {}))
    checkNode(inner, `${path}.properties[${field}]`, 'must not be empty for specified object fields', errors)
  const values = asProps(props.additionalProperties)
  if (values) checkNode(values, `${path}.additionalProperties`, 'must not be empty for specified object fields', errors)
  const items = asProps(props.items)
  if (items) checkNode(items, `${path}.items`, 'must not be empty for specified array items', errors)
  else if (props.type === 'array' && !Array.isArray(props.items)) errors.required(`${path}.items`, 'must be specified')
}

const checkNode = (props: Props, path: string, whyTyped: string, errors: FieldErrors): void => {
  const isOpen = props['x-kubernetes-int-or-string'] || props['x-kubernetes-preserve-unknown-fields']
  if (!props.type && !isOpen) errors.required(`${path}.type`, whyTyped)
  checkWords(props, path, errors)
  checkLists(props, path, errors)
  checkJunctors(props, path, errors)
  checkRules(props, path, errors)
  checkBelow(props, path, errors)
}

export const checkStructure = (root: Props, path: string, errors: FieldErrors): void => {
  if (root.type && root.type !== 'object') errors.invalid(`${path}.type`, root.type, 'must be object at the root')
  if (!root.type) errors.required(`${path}.type`, 'must not be empty at the root')
  checkNode({...root, type: root.type || 'object'}, path, '', errors)
}
