// ConfigMaps and Secrets: keys, sizes, and what immutable ones refuse.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {configMapKey} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {ConfigMap, Secret} from '../../schema/types.gen.ts'
import {immutable} from '../checks.ts'
import {sortedByKey} from '../metadata.ts'

const sizeLimitBytes = 1024 * 1024
const frozen = 'field is immutable when `immutable` is set'
type Data = {[key: string]: string} | undefined

const checkKeys = (data: Data, path: string, errors: FieldErrors): void => {
  for (const key of Object.keys(sortedByKey(data) ?? {}))
    for (const complaint of configMapKey(key)) errors.invalid(`${path}[${key}]`, key, complaint)
}

const decodedSize = (base64: string): number => Buffer.byteLength(base64, 'base64')
const textSize = (text: string): number => Buffer.byteLength(text)
const sizeOf = (data: Data, measure: (value: string) => number): number =>
  Object.values(data ?? {}).reduce((sum, value) => sum + measure(value), 0)

const validateConfigMap = ({data, binaryData}: ConfigMap, errors: FieldErrors): void => {
  checkKeys(data, 'data', errors)
  for (const key of Object.keys(data ?? {}))
    if (binaryData && Object.hasOwn(binaryData, key))
      errors.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')
  checkKeys(binaryData, 'binaryData', errors)
  if (sizeOf(data, textSize) + sizeOf(binaryData, decodedSize) > sizeLimitBytes) errors.tooLong('', sizeLimitBytes)
}

const checkFrozen = <T extends {immutable?: boolean | undefined}>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
  errors: FieldErrors,
): void => {
  if (!old.immutable) return
  if (!object.immutable) errors.forbidden('immutable', frozen)
  for (const field of fields) if (!isSame(object[field], old[field])) errors.forbidden(field, frozen)
}

export const configMapStrategy: Strategy<ConfigMap> = {
  validate: validateConfigMap,
  validateUpdate: (map, old, errors) => checkFrozen(map, old, ['data', 'binaryData'], errors),
}

/** Data that secrets of a type must have. */
const neededKeys: {readonly [type: string]: readonly string[]} = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

const checkJson = (base64: string, path: string, errors: FieldErrors): void => {
  const text = Buffer.from(base64, 'base64').toString('utf8')
  try {
    JSON.parse(text)
  } catch {
    const problem =
      text === '' ? 'unexpected end of JSON input' : `invalid character '${text[0]}' looking for beginning of value`
    errors.invalid(path, '<secret contents redacted>', problem)
  }
}

const validateType = ({type = '', data, metadata}: Secret, errors: FieldErrors): void => {
  const has = (key: string): boolean => data !== undefined && Object.hasOwn(data, key)
  for (const key of neededKeys[type] ?? []) {
    if (!has(key)) errors.required(`data[${key}]`)
    else if (type.startsWith('kubernetes.io/dockerc')) checkJson(data?.[key] ?? '', `data[${key}]`, errors)
  }
  if (type === 'kubernetes.io/basic-auth' && !has('username') && !has('password')) {
    errors.required('data[username]')
    errors.required('data[password]')
  }
  const account = 'kubernetes.io/service-account.name'
  if (type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[account])
    errors.required(`metadata.annotations[${account}]`)
}

const validateSecret = (secret: Secret, errors: FieldErrors): void => {
  checkKeys(secret.data, 'data', errors)
  if (sizeOf(secret.data, decodedSize) > sizeLimitBytes) errors.tooLong('data', sizeLimitBytes)
  validateType(secret, errors)
}

const foldStrings = (secret: Secret): void => {
  const encoded = Object.entries(secret.stringData ?? {}).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ])
  if (encoded.length > 0) secret.data = {...secret.data, ...(Object.fromEntries(encoded) as {[key: string]: string})}
  delete secret.stringData
  secret.type ||= 'Opaque'
}

export const secretStrategy: Strategy<Secret> = {
  default: foldStrings,
  validate: validateSecret,
  validateUpdate: (secret, old, errors) => {
    if (secret.type !== old.type) errors.invalid('type', secret.type ?? '', immutable)
    checkFrozen(secret, old, ['data'], errors)
  },
}
