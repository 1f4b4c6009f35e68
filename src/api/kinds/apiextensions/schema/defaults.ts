// Defaults must be what they would be asked to be: known fields only, and fit for the schema they stand in.

import {compile} from '../../../custom/compile.ts'
import {hasRules, validateRules} from '../../../custom/rules.ts'
import {FieldErrors} from '../../../field-errors.ts'
import {deepEqual} from '../../../meta/equal.ts'
import {prune} from '../../../schema/prune.ts'
import {validateSchema, validateUniqueItems} from '../../../schema/validate.ts'
import {fieldsOf, isEmbedded, itemsOf, type Props, valuesOf} from './props.ts'

const identity: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion'])

const problemsOf = (props: Props): FieldErrors => {
  const found = new FieldErrors()
  const schema = compile(props)
  const value = props.default
  const pruned = structuredClone(value)
  prune(pruned, schema, isEmbedded(props))
  if (!deepEqual(pruned, value)) {
    found.invalid('', value, 'must not have unknown fields')
    return found
  }
  validateUniqueItems(value, schema, '', found)
  if (found.list.length === 0) validateSchema(value, schema, '', found)
  if (found.list.length === 0 && hasRules(schema)) validateRules(value, value, schema, '', found)
  return found
}

const below = (path: string, field: string): string => {
  if (field === '') return path
  return field.startsWith('[') ? path + field : `${path}.${field}`
}

export const checkDefaults = (props: Props, path: string, isWhole: boolean, errors: FieldErrors): void => {
  if (props.default !== undefined)
    for (const problem of problemsOf(props).list)
      errors.list.push({...problem, field: below(`${path}.default`, problem.field)})
  const items = itemsOf(props)
  if (items) checkDefaults(items, `${path}.items`, isEmbedded(items), errors)
  // What a default may say of the identity of an object is judged where defaults are allowed at all.
  for (const [field, inner] of fieldsOf(props))
    if (!(isWhole && identity.has(field)))
      checkDefaults(inner, `${path}.properties[${field}]`, isEmbedded(inner), errors)
  const values = valuesOf(props)
  if (values) checkDefaults(values, `${path}.additionalProperties`, isEmbedded(values), errors)
}
