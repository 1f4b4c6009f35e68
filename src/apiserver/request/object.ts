// The object a request carries: which kind it says it is, and whether it fits the kind the path speaks.
import {CORE_SCHEMA, load, YAMLException} from 'js-yaml'
import {decodeCustom} from '../../api/custom/decode.ts'
import {ApiError} from '../../api/errors.ts'
import {invalidObject} from '../../api/field-errors.ts'
import type {KubeObject} from '../../api/object.ts'
import {splitApiVersion} from '../../api/resource.ts'
import type {Schema} from '../../api/schema/contract.ts'
import {DecodeError, decode, identify, parseBody} from '../../api/schema/decode.ts'
import {definitionOf} from '../../api/schema/definitions.ts'
import type {ParsedJson} from '../../api/schema/json.ts'
import {decodeProtobuf, isProtobuf, openEnvelope} from '../../api/schema/protobuf.ts'
import {badRequest} from '../errors.ts'
import {objectBody, readBody} from './body.ts'
import {type Call, headerOf} from './call.ts'

export interface Expected {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly schema: Schema
  readonly custom?: boolean | undefined
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

const binaryType = 'application/vnd.kubernetes.protobuf'

const accepted = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

export const unsupportedMediaType = (): ApiError =>
  new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  )

export const mediaTypeOf = (call: Call): string =>
  (headerOf(call, 'content-type').split(';')[0] ?? '').trim().toLowerCase()

/** The start of a body that nobody understands, as Kubernetes quotes it. */
const summary = (bytes: Buffer): string => {
  const limit = 30
  if (bytes.length === 0) return '<empty>'
  const isJson = bytes[0] === 0x7b
  const show = (part: Buffer): string => (isJson ? part.toString('utf8') : part.toString('hex'))
  return bytes.length > limit ? `${show(bytes.subarray(0, limit))} ...` : show(bytes)
}

const isTooDeepForYaml = (error: unknown): boolean => error instanceof RangeError

const parseYaml = (text: string): ParsedJson => {
  try {
    return {value: load(text, {schema: CORE_SCHEMA, json: true}) ?? null}
  } catch (error) {
    if (!(error instanceof YAMLException) && !isTooDeepForYaml(error)) throw error
    const reason = error instanceof Error ? error.message.split('\n')[0] : ''
    throw new DecodeError(`couldn't get version/kind; json parse error: ${reason}`, {cause: error})
  }
}

const looksLikeYaml = (type: string): boolean => type === 'application/yaml' || type === 'text/yaml'

/** Throws DecodeError. */
const parseAs = (type: string, bytes: Buffer): ParsedJson => {
  const text = bytes.toString('utf8')
  if (!looksLikeYaml(type) || text.trimStart().startsWith('{')) return parseBody(text)
  return parseYaml(text)
}

/** `rbac.authorization.k8s.io` is written in the package `rbac`. */
const packageOf = (group: string): string => (group === '' ? 'core' : (group.split('.')[0] ?? ''))

const mismatch = (said: {apiVersion: string; kind: string}, expected: Expected): string | undefined => {
  const {group, version} = splitApiVersion(said.apiVersion)
  if (group === expected.group && version === expected.version && said.kind === expected.kind) return undefined
  if (!definitionOf({group, version, kind: said.kind}))
    return `no kind "${said.kind}" is registered for version "${said.apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`
  if (group === expected.group && said.kind === expected.kind) return undefined
  return `converting (${version}.${said.kind}) to (${packageOf(expected.group)}.${expected.kind}): unknown conversion`
}

const cannotHandle = (said: {apiVersion: string; kind: string}, expected: Expected, why: string): ApiError => {
  const {version} = splitApiVersion(said.apiVersion)
  return badRequest(
    `${said.kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}: ${why}`,
  )
}

const nameIn = (value: unknown): string => {
  const name = (value as KubeObject | undefined)?.metadata?.name
  return typeof name === 'string' ? name : ''
}

const checkCustomType = (said: {apiVersion: string; kind: string}, expected: Expected, value: unknown): void => {
  const version = `${expected.group}/${expected.version}`
  if (said.apiVersion !== version)
    throw badRequest(
      `the API version in the data (${said.apiVersion}) does not match the expected API version (${version})`,
    )
  if (said.kind === expected.kind) return
  const message = `Invalid value: ${JSON.stringify(said.kind)}: must be ${expected.kind}`
  throw invalidObject(expected, nameIn(value), [{type: 'FieldValueInvalid', field: 'kind', message}])
}

/** What says it is of another kind is not read further than that: it will be refused for its kind. */
const parseBinary = async (bytes: Buffer, expected: Expected): Promise<unknown> => {
  if (!isProtobuf(bytes))
    throw new DecodeError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  const envelope = openEnvelope(bytes)
  const {group, version} = splitApiVersion(envelope.apiVersion)
  const fits = group === expected.group && version === expected.version && envelope.kind === expected.kind
  return fits ? decodeProtobuf(envelope, expected.schema) : {apiVersion: envelope.apiVersion, kind: envelope.kind}
}

/** The media type, where there is a body that has one. */
const checkedType = (call: Call): string => {
  const type = mediaTypeOf(call)
  if (type !== '' && type !== 'application/json' && type !== binaryType && !looksLikeYaml(type))
    throw unsupportedMediaType()
  return type
}

/** Throws DecodeError. */
const parse = async (type: string, bytes: Buffer, expected: Expected): Promise<ParsedJson> =>
  type === binaryType ? {value: await parseBinary(bytes, expected)} : parseAs(type, bytes)

/** Reports what is odd about a body as fieldValidation asks for. */
export const reportProblems = (
  call: Call,
  problems: readonly string[],
  validation: FieldValidation,
  refuse: (why: string) => ApiError,
): void => {
  if (problems.length === 0 || validation === 'Ignore') return
  if (validation === 'Strict') throw refuse(`strict decoding error: ${problems.join(', ')}`)
  for (const problem of problems) call.warnings.add(problem)
}

/** A private object, decoded by the schema. */
export const readObject = async <T extends KubeObject = KubeObject>(
  call: Call,
  expected: Expected,
  validation: FieldValidation,
): Promise<T> => {
  const unrecognized = (error: DecodeError): ApiError =>
    badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ${error.message} (${summary(bytes)})`,
    )
  const given = objectBody(call.request)
  const type = given ? '' : checkedType(call)
  const bytes = given ? Buffer.alloc(0) : await readBody(call.request)
  try {
    const parsed = given ? {value: given} : await parse(type, bytes, expected)
    const claimed = identify(parsed.value)
    const said = {
      apiVersion: claimed.apiVersion || [expected.group, expected.version].filter(Boolean).join('/'),
      kind: claimed.kind || expected.kind,
    }
    if (expected.custom) checkCustomType(said, expected, parsed.value)
    else {
      const why = mismatch(said, expected)
      if (why !== undefined) throw cannotHandle(said, expected, why)
    }
    return decodeAs<T>(call, parsed, expected, said, validation)
  } catch (error) {
    if (error instanceof DecodeError) throw unrecognized(error)
    throw error
  }
}

const decodeAs = <T extends KubeObject>(
  call: Call,
  parsed: ParsedJson,
  expected: Expected,
  said: {apiVersion: string; kind: string},
  validation: FieldValidation,
): T => {
  try {
    const {object, problems} = (expected.custom ? decodeCustom : decode)<T>(parsed, expected.schema)
    reportProblems(call, problems, validation, (why) => cannotHandle(said, expected, why))
    object.apiVersion = [expected.group, expected.version].filter(Boolean).join('/')
    object.kind = expected.kind
    return object
  } catch (error) {
    if (error instanceof DecodeError) throw cannotHandle(said, expected, error.message)
    throw error
  }
}
