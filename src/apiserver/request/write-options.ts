// CreateOptions, UpdateOptions and PatchOptions: how a write is meant.
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import {type Call, managerOf} from './call.ts'
import type {FieldValidation} from './object.ts'
import {boolParameter} from './query.ts'

export interface WriteOptions {
  readonly kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'
  readonly dryRun: boolean
  readonly fieldManager: string
  readonly fieldValidation: FieldValidation
  readonly force: boolean
  /** As admission sees them. */
  readonly raw: Readonly<Record<string, unknown>>
}

const validations: readonly string[] = ['Strict', 'Warn', 'Ignore']

const goQuote = (text: string): string =>
  JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, (_, hex: string) => `\\x${hex}`)

const validateManager = (manager: string, errors: FieldErrors): void => {
  const letters = [...manager]
  if (letters.length > 128) errors.add('FieldValueTooLong', 'fieldManager', 'may not be more than 128 bytes')
  const at = letters.findIndex((letter) => !/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(letter))
  if (at >= 0) {
    const code = (letters[at]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    errors.add(
      'FieldValueInvalid',
      'fieldManager',
      `${goQuote(manager)}: invalid character U+${code} (at position ${at})`,
    )
  }
}

export const validateDryRun = (values: readonly string[], errors: FieldErrors): void => {
  if (values.some((value) => value !== 'All')) errors.notSupported('dryRun', values, ['All'])
}

export const optionsResource = (kind: string): {group: string; kind: string} => ({group: 'meta.k8s.io', kind})

export const writeOptions = (call: Call, kind: WriteOptions['kind'], isApply = false): WriteOptions => {
  const {query} = call.info
  const dryRun = query.getAll('dryRun')
  const manager = query.get('fieldManager') ?? ''
  const validation = query.get('fieldValidation') ?? ''
  const force = boolParameter(query, 'force')
  if (query.size > 0) {
    const errors = new FieldErrors()
    validateDryRun(
      dryRun.filter((value) => value !== ''),
      errors,
    )
    if (kind === 'PatchOptions') {
      if (isApply && manager === '') errors.required('fieldManager', 'is required for apply patch')
      if (!isApply && force !== undefined) errors.forbidden('force', 'may not be specified for non-apply patch')
    }
    validateManager(manager, errors)
    if (validation !== '' && !validations.includes(validation))
      errors.notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn'])
    if (errors.list.length > 0) throw invalidObject(optionsResource(kind), '', errors.list)
  } else if (isApply) {
    const errors = new FieldErrors()
    errors.required('fieldManager', 'is required for apply patch')
    throw invalidObject(optionsResource(kind), '', errors.list)
  }
  return {
    kind,
    dryRun: dryRun.includes('All'),
    fieldManager: manager === '' ? managerOf(call.userAgent) : manager,
    fieldValidation: validation === '' ? 'Warn' : (validation as FieldValidation),
    force: force ?? false,
    raw: {
      kind,
      apiVersion: 'meta.k8s.io/v1',
      ...(dryRun.length > 0 ? {dryRun} : {}),
      ...(manager === '' ? {} : {fieldManager: manager}),
      ...(validation === '' ? {} : {fieldValidation: validation}),
      ...(force === undefined ? {} : {force}),
    },
  }
}
