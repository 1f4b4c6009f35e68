// Schemas must be structural: outside of combinations every value has one place that says its type, and combinations
// speak only of what has such a place.
import {RE2JS} from 're2js'
import {FieldErrors} from '../../../field-errors.ts'
import {deepEqual} from '../../../meta/equal.ts'
import {checkCompleteness} from './completeness.ts'
import {asProps, fieldsOf, isEmbedded, isIntOrString, isOpenTo, itemsOf, type Props, valuesOf} from './props.ts'

type Level = 'root' | 'item' | 'field'

const untyped: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}

const checkType = (props: Props, level: Level, path: string, errors: FieldErrors): void => {
  const {type} = props
  const mustBeObject = 'must be object if x-kubernetes-embedded-resource is true'
  if (isEmbedded(props) && type !== 'object') {
    if (!type) errors.required(`${path}.type`, mustBeObject)
    else errors.invalid(`${path}.type`, type, mustBeObject)
  } else if (!type && !isIntOrString(props) && !isOpenTo(props)) errors.required(`${path}.type`, untyped[level])
  if (level === 'root' && type && type !== 'object') errors.invalid(`${path}.type`, type, 'must be object at the root')
}

const checkExtensions = (props: Props, path: string, errors: FieldErrors): void => {
  if (!isIntOrString(props)) return
  const why = 'must be false if x-kubernetes-int-or-string is true'
  if (isOpenTo(props)) errors.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, why)
  if (isEmbedded(props)) errors.invalid(`${path}.x-kubernetes-embedded-resource`, true, why)
}

/** Of the metadata of a whole object only names may be spoken of. */
const checkRootMetadata = (metadata: Props, path: string, errors: FieldErrors): void => {
  const {type: _type, default: _default, properties = {}, ...rest} = metadata
  const isAboutNames = Object.keys(properties).every((field) => field === 'name' || field === 'generateName')
  if (!isAboutNames || Object.keys(rest).length > 0)
    errors.forbidden(
      path,
      'must not specify anything other than name and generateName, but metadata is implicitly specified',
    )
}

const checkIdentity = (props: Props, level: Level, path: string, errors: FieldErrors): void => {
  const isWhole = level === 'root' || isEmbedded(props)
  const of = props.properties ?? {}
  if (isWhole)
    for (const field of ['kind', 'apiVersion'] as const) {
      const type = of[field]?.type
      if (of[field] && type !== 'string')
        errors.invalid(`${path}.properties[${field}].type`, type ?? '', 'must be string')
    }
  const {metadata} = of
  if (metadata) {
    const at = `${path}.properties[metadata]`
    if (isWhole && metadata.type !== 'object') errors.invalid(`${at}.type`, metadata.type ?? '', 'must be object')
    if (level === 'root') checkRootMetadata(metadata, at, errors)
  }
  if (isEmbedded(props) && !isOpenTo(props) && Object.keys(of).length === 0)
    errors.required(
      `${path}.properties`,
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
    )
}

const checkPattern = ({pattern}: Props, path: string, errors: FieldErrors): void => {
  if (!pattern) return
  try {
    RE2JS.compile(pattern)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    errors.invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`)
  }
}

/** How a value that is an integer or a string may be written for readers that do not know the extension. */
const eitherPattern: readonly Props[] = [{type: 'integer'}, {type: 'string'}]
const isEitherAnyOf = (props: Props): boolean => deepEqual(props.anyOf ?? [], eitherPattern)
const skipsAnyOf = (props: Props): boolean => isIntOrString(props) && isEitherAnyOf(props)
const skipsFirstAllOf = (props: Props): boolean =>
  isIntOrString(props) && props.allOf?.[0] !== undefined && isEitherAnyOf(props.allOf[0])

interface Skips {
  readonly anyOf: boolean
  readonly firstAllOf: boolean
}

const nothingSkipped: Skips = {anyOf: false, firstAllOf: false}

const checkCombinations = (props: Props, skips: Skips, path: string, errors: FieldErrors): void => {
  if (!skips.anyOf)
    for (const [index, inner] of (props.anyOf ?? []).entries())
      checkNested(inner, nothingSkipped, `${path}.anyOf[${index}]`, errors)
  for (const [index, inner] of (props.allOf ?? []).entries())
    checkNested(inner, {anyOf: skips.firstAllOf && index === 0, firstAllOf: false}, `${path}.allOf[${index}]`, errors)
  for (const [index, inner] of (props.oneOf ?? []).entries())
    checkNested(inner, nothingSkipped, `${path}.oneOf[${index}]`, errors)
  if (props.not) checkNested(props.not, nothingSkipped, `${path}.not`, errors)
  checkPattern(props, path, errors)
}

/** What only the skeleton of a schema may say. */
const onlyOutside: readonly (readonly [keyof Props, string])[] = [
  ['type', 'must be empty to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

const isSaid = (value: unknown): boolean => value !== undefined && value !== '' && value !== false

/** Inside of allOf, anyOf, oneOf and not values are judged, nothing else. */
const checkNested = (props: Props, skips: Skips, path: string, errors: FieldErrors): void => {
  checkCombinations(props, skips, path, errors)
  const items = itemsOf(props)
  if (items) checkNested(items, nothingSkipped, `${path}.items`, errors)
  for (const [field, inner] of fieldsOf(props))
    checkNested(inner, nothingSkipped, `${path}.properties[${field}]`, errors)
  for (const [word, why] of onlyOutside) if (isSaid(props[word])) errors.forbidden(`${path}.${word}`, why)
  if (props.additionalProperties !== undefined && !asProps(props.additionalProperties))
    errors.forbidden(`${path}.additionalProperties`, 'must be undefined to be structural')
  const values = valuesOf(props)
  if (values) checkNested(values, nothingSkipped, `${path}.additionalProperties`, errors)
  if (props.properties?.metadata)
    errors.forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')
}

const checkNode = (props: Props, level: Level, path: string, errors: FieldErrors): void => {
  const items = itemsOf(props)
  if (props.type === 'array' && props.items === undefined) errors.required(`${path}.items`, 'must be specified')
  if (items) checkNode(items, 'item', `${path}.items`, errors)
  for (const [field, inner] of fieldsOf(props)) checkNode(inner, 'field', `${path}.properties[${field}]`, errors)
  const values = valuesOf(props)
  if (values) checkNode(values, 'field', `${path}.additionalProperties`, errors)
  checkExtensions(props, path, errors)
  checkCombinations(props, {anyOf: skipsAnyOf(props), firstAllOf: skipsFirstAllOf(props)}, path, errors)
  checkType(props, level, path, errors)
  if (isEmbedded(props) && props.additionalProperties !== undefined)
    errors.forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set')
  checkIdentity(props, level, path, errors)
}

const textOf = ({field, message}: FieldErrors['list'][number]): string => `${field}: ${message}`

/** Sorted by what they say. */
export const checkStructural = (root: Props, path: string): FieldErrors['list'] => {
  const errors = new FieldErrors()
  checkNode(root, 'root', path, errors)
  checkCompleteness(root, path, errors)
  return errors.list.sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0))
}
