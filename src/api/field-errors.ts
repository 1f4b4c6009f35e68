// What is wrong with which field, in Kubernetes' words: collected while validating, sent as one 422 with causes.
import {ApiError} from './errors.ts'
import {groupResourceOf, type Resource} from './resource.ts'

export type FieldErrorType =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotSupported'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError'

export interface FieldError {
  readonly type: FieldErrorType
  readonly field: string
  /** With its kind of error and value, without the field: `Invalid value: "A": must be lower case`. */
  readonly message: string
}

const phrases: Record<FieldErrorType, string> = {
  FieldValueInvalid: 'Invalid value',
  FieldValueRequired: 'Required value',
  FieldValueForbidden: 'Forbidden',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueNotFound: 'Not found',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
}

/** A value as Go would print it in a message: strings quoted, numbers and booleans bare, objects as JSON. */
export const showValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'null'
  return JSON.stringify(value)
}

const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(': ')

export class FieldErrors {
  readonly list: FieldError[] = []

  add(type: FieldErrorType, field: string, detail: string): void {
    this.list.push({type, field, message: join(phrases[type], detail)})
  }
  invalid(field: string, value: unknown, detail: string): void {
    this.add('FieldValueInvalid', field, join(showValue(value), detail))
  }
  typeInvalid(field: string, value: unknown, detail: string): void {
    this.add('FieldValueTypeInvalid', field, join(showValue(value), detail))
  }
  required(field: string, detail = ''): void {
    this.add('FieldValueRequired', field, detail)
  }
  forbidden(field: string, detail: string): void {
    this.add('FieldValueForbidden', field, detail)
  }
  duplicate(field: string, value: unknown): void {
    this.add('FieldValueDuplicate', field, showValue(value))
  }
  notFound(field: string, value: unknown): void {
    this.add('FieldValueNotFound', field, showValue(value))
  }
  /** The choices are listed as given. */
  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    const quoted = supported.map((choice) => JSON.stringify(choice))
    this.add(
      'FieldValueNotSupported',
      field,
      `${showValue(value)}${quoted.length > 0 ? `: supported values: ${quoted.join(', ')}` : ''}`,
    )
  }
  tooLong(field: string, maxBytes: number): void {
    this.add('FieldValueTooLong', field, `may not be more than ${maxBytes} bytes`)
  }
  tooMany(field: string, actual: number, max: number): void {
    this.add('FieldValueTooMany', field, `${actual}: must have at most ${max} items`)
  }
}

/** All of them in one line, each once. */
export const textOfErrors = (errors: readonly FieldError[]): string => {
  const lines = [...new Set(errors.map((error) => join(error.field, error.message)))]
  return lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`
}

/** `Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be ...` */
export const invalidObject = (
  resource: Pick<Resource, 'group' | 'kind'>,
  name: string,
  errors: readonly FieldError[],
): ApiError => {
  const kind = groupResourceOf({group: resource.group, plural: resource.kind})
  return new ApiError(
    'Invalid',
    `${kind} "${name}" is invalid${errors.length > 0 ? `: ${textOfErrors(errors)}` : ''}`,
    {
      details: {
        ...(name === '' ? {} : {name}),
        ...(resource.group === '' ? {} : {group: resource.group}),
        kind: resource.kind,
        causes: errors.map(({type, field, message}) => ({reason: type, message, field})),
      },
    },
  )
}
