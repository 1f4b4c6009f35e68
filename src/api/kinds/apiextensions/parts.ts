// What versions of a definition show beside their schema: subresources, columns, selectable fields. Each check gets the
// path under which messages know the part.
import type {FieldErrors} from '../../field-errors.ts'
import type {
  CustomResourceColumnDefinition,
  CustomResourceSubresources,
  SelectableField,
} from '../../schema/types.gen.ts'
import {resolveFieldPath} from './schema/field-path.ts'
import type {Props} from './schema/props.ts'

const isSimplePath = (text: string, path: string, errors: FieldErrors): boolean => {
  if (text.startsWith('.')) return true
  errors.invalid(path, text, 'must be a simple json path starting with .')
  return false
}

export const checkSubresources = ({scale}: CustomResourceSubresources, path: string, errors: FieldErrors): void => {
  if (!scale) return
  const below = (field: 'specReplicasPath' | 'statusReplicasPath', root: string): void => {
    const text = scale[field]
    const at = `${path}.scale.${field}`
    if (!text) errors.required(at)
    else if (isSimplePath(text, at, errors) && !text.startsWith(`.${root}.`))
      errors.invalid(at, text, `should be a json path under .${root}`)
  }
  below('specReplicasPath', 'spec')
  below('statusReplicasPath', 'status')
  const selector = scale.labelSelectorPath
  const at = `${path}.scale.labelSelectorPath`
  if (selector && isSimplePath(selector, at, errors) && !/^\.(spec|status)\./.test(selector))
    errors.invalid(at, selector, 'should be a json path under either .spec or .status')
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

export const checkColumn = (column: CustomResourceColumnDefinition, path: string, errors: FieldErrors): void => {
  const {name, type, format, jsonPath} = column
  const oneOf = (words: readonly string[]): string => `must be one of ${words.join(',')}`
  if (!name) errors.required(`${path}.name`)
  if (!type) errors.required(`${path}.type`, oneOf(columnTypes))
  else if (!columnTypes.includes(type)) errors.invalid(`${path}.type`, type, oneOf(columnTypes))
  if (format && !columnFormats.includes(format)) errors.invalid(`${path}.format`, format, oneOf(columnFormats))
  if (!jsonPath) errors.required(`${path}.JSONPath`)
  else isSimplePath(jsonPath, `${path}.JSONPath`, errors)
}

const mostSelectable = 8

const isSelectable = ({type}: Props): boolean => type === 'string' || type === 'boolean' || type === 'integer'

export const checkSelectableFields = (
  fields: readonly SelectableField[],
  root: Props | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  const seen = new Set<string>()
  for (const [index, {jsonPath}] of fields.entries()) {
    const at = `${path}[${index}]`
    if (!jsonPath) {
      errors.required(`${at}.jsonPath`)
      continue
    }
    const found = resolveFieldPath(jsonPath, root ?? {}, false)
    if ('problem' in found) {
      errors.invalid(`${at}.jsonPath`, jsonPath, `is an invalid path: ${found.problem}`)
      continue
    }
    if (found.path[0] === 'metadata') errors.invalid(at, jsonPath, 'must not point to fields in metadata')
    if (!isSelectable(found.schema))
      errors.invalid(
        at,
        jsonPath,
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      )
    const name = found.path.join('.')
    if (seen.has(name)) errors.duplicate(at, jsonPath)
    seen.add(name)
  }
  if (seen.size > mostSelectable) errors.tooMany(path, seen.size, mostSelectable)
}
