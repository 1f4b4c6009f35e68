// A version's schema as a whole.
import {FieldErrors} from '../../../field-errors.ts'
import {checkDefaults} from './defaults.ts'
import {checkExpressions} from './expressions.ts'
import {shownSchema} from './internal-form.ts'
import type {Props} from './props.ts'
import {checkStructural} from './structural.ts'
import {checkSchemaWords} from './words.ts'

/** What a root may say where its status is judged on its own. */
const besideStatus: readonly (readonly [string, keyof Props])[] = [
  ['Description', 'description'],
  ['Type', 'type'],
  ['Format', 'format'],
  ['Title', 'title'],
  ['Maximum', 'maximum'],
  ['ExclusiveMaximum', 'exclusiveMaximum'],
  ['Minimum', 'minimum'],
  ['ExclusiveMinimum', 'exclusiveMinimum'],
  ['MaxLength', 'maxLength'],
  ['MinLength', 'minLength'],
  ['Pattern', 'pattern'],
  ['MaxItems', 'maxItems'],
  ['MinItems', 'minItems'],
  ['UniqueItems', 'uniqueItems'],
  ['MultipleOf', 'multipleOf'],
  ['Required', 'required'],
  ['Items', 'items'],
  ['Properties', 'properties'],
  ['ExternalDocs', 'externalDocs'],
  ['Example', 'example'],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields'],
  ['XValidations', 'x-kubernetes-validations'],
]

const allowed: ReadonlySet<string> = new Set(besideStatus.map(([, word]) => word))

const checkBesideStatus = (root: Props, path: string, errors: FieldErrors): void => {
  if (root.type !== undefined && root.type !== 'object')
    errors.invalid(
      `${path}.type`,
      root.type,
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
    )
  const isSaid = ([, value]: [string, unknown]): boolean => value !== undefined && value !== false && value !== ''
  if (
    Object.entries(root)
      .filter(isSaid)
      .some(([word]) => !allowed.has(word))
  )
    errors.invalid(
      path,
      shownSchema(root),
      `only [${besideStatus.map(([name]) => name).join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`,
    )
}

export const checkRootSchema = (root: Props, hasStatus: boolean, path: string, errors: FieldErrors): void => {
  if (hasStatus) checkBesideStatus(root, path, errors)
  if (root.nullable) errors.forbidden(`${path}.nullable`, 'nullable cannot be true at the root')
  const structural = checkStructural(root, path)
  const defaults = new FieldErrors()
  if (structural.length === 0) checkDefaults(root, path, true, defaults)
  const words = new FieldErrors()
  checkSchemaWords(root, path, words)
  errors.list.push(...structural, ...defaults.list, ...words.list)
  // Expressions are only understood where the schema they are about is.
  if (structural.length + defaults.list.length + words.list.length === 0) checkExpressions(root, path, errors)
}
