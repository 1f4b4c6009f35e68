// The three patches that need no memory of who set what: JSON patch, merge patch, strategic merge patch. (Server-side
// apply is in server-side-apply.ts.) Text in, object out, and for what is wrong with the patch the server's own error.
import {decodeCustom} from '../custom/decode.ts'
import {ApiError} from '../errors.ts'
import type {KubeObject} from '../object.ts'
import type {Resource} from '../resource.ts'
import {splitApiVersion} from '../resource.ts'
import type {Schema} from '../schema/contract.ts'
import {decode, normalize} from '../schema/decode.ts'
import {definitionOf} from '../schema/definitions.ts'
import {type DuplicateKeys, JsonError, type ParsedJson, parseJson} from '../schema/json.ts'
import {isObject} from '../schema/own.ts'
import {DecodeError, reportProblems} from '../schema/report.ts'
import {goPrint} from './go-print.ts'
import {applyJsonPatch, JsonPatchError} from './json-patch.ts'
import {mergePatch} from './merge-patch.ts'
import {restoreProblem} from './restore.ts'
import {StrategicPatchError} from './strategic-lists.ts'
import {strategicMergePatch} from './strategic-merge.ts'

export type PatchType = 'json' | 'merge' | 'strategic'
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface PatchRequest {
  readonly type: PatchType
  /** The body. */
  readonly text: string
  /** The object as the API shows it. Not written to. */
  readonly current: KubeObject
  readonly resource: Pick<Resource, 'group' | 'version' | 'kind'>
  readonly schema: Schema
  /** Of a custom kind: kept as it is sent, without what its schema does not know. */
  readonly custom?: boolean | undefined
  readonly fieldValidation: FieldValidation
}

export interface Patched {
  readonly object: KubeObject
  /** For Warning headers. */
  readonly warnings: readonly string[]
}

const maxOperations = 10_000

const badRequest = (message: string): ApiError => new ApiError('BadRequest', message)
/** What the server says of patches that do not apply; it does not say why. */
const rejected = (): ApiError =>
  new ApiError('Invalid', 'the server rejected our request due to an error in our request', {details: {}})

/** The patched text is in the error, so that its author sees what came of the patch. */
const invalidPatch = (shown: string, problem: string): ApiError => {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${problem}`
  return new ApiError('Invalid', ` "" is invalid: patch: ${message}`, {
    details: {causes: [{reason: 'FieldValueInvalid', message, field: 'patch'}]},
  })
}

const goTypeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const parse = (text: string, prefix: string): ParsedJson => {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) throw badRequest(`${prefix}${error.message}`)
    throw error
  }
}

const anyObject: Schema = {type: 'object', values: {type: 'any', preserveUnknown: true}, preserveUnknown: true}
const duplicatesIn = (value: unknown, duplicates: DuplicateKeys | undefined): readonly string[] =>
  duplicates ? reportProblems(value, anyObject, duplicates) : []

interface RawPatch {
  readonly patched: unknown
  /** How errors show the result. */
  readonly shown: () => string
  readonly problems: readonly string[]
}

const asMap = (text: string, prefix: string): {patch: Record<string, unknown>; problems: readonly string[]} => {
  const {value, duplicates} = parse(text, prefix)
  if (value === null) return {patch: {}, problems: []}
  if (!isObject(value))
    throw badRequest(`${prefix}json: cannot unmarshal ${goTypeOf(value)} into Go value of type map[string]interface {}`)
  return {patch: value, problems: duplicatesIn(value, duplicates)}
}

const operationsOf = (text: string): readonly object[] => {
  const {value} = parse(text, '')
  if (!Array.isArray(value))
    throw badRequest(`json: cannot unmarshal ${goTypeOf(value)} into Go value of type jsonpatch.Patch`)
  if (value.length > maxOperations)
    throw new ApiError(
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${maxOperations}, got ${value.length}`,
    )
  for (const operation of value)
    if (!isObject(operation))
      throw badRequest(`json: cannot unmarshal ${goTypeOf(operation)} into Go value of type jsonpatch.Operation`)
  return value as object[]
}

/** Errors show objects with their fields in the API's order, in which the stored one need not be. */
const inOrder = ({current, schema, custom}: PatchRequest): KubeObject => (custom ? current : normalize(current, schema))

const patchJson = (request: PatchRequest): RawPatch => {
  const {text, current} = request
  const operations = operationsOf(text)
  try {
    const patched = applyJsonPatch(current, operations)
    return {patched, shown: () => JSON.stringify(applyJsonPatch(inOrder(request), operations)), problems: []}
  } catch (error) {
    throw error instanceof JsonPatchError ? rejected() : error
  }
}

const patchMerge = (request: PatchRequest): RawPatch => {
  const {text, current} = request
  const {patch, problems} = asMap(text, 'error decoding patch: ')
  const patched = mergePatch(current, patch)
  return {patched, shown: () => JSON.stringify(mergePatch(inOrder(request), patch)), problems}
}

const patchStrategic = ({text, current}: PatchRequest, schema: Schema): RawPatch => {
  const {patch, problems} = asMap(text, '')
  const shown = (): string => goPrint(patch)
  let patched: object
  try {
    patched = strategicMergePatch(current, patch, schema)
  } catch (error) {
    if (!(error instanceof StrategicPatchError)) throw error
    if (error.answer === 'bad request') throw badRequest(error.message)
    throw error.answer === 'unprocessable' ? rejected() : new ApiError('', error.message)
  }
  const problem = restoreProblem(patched, schema)
  if (problem !== undefined) throw invalidPatch(shown(), problem)
  return {patched, shown, problems}
}

const raw = (request: PatchRequest): RawPatch => {
  if (request.type === 'json') return patchJson(request)
  if (request.type === 'merge') return patchMerge(request)
  if (!request.custom) return patchStrategic(request, request.schema)
  throw new ApiError(
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  )
}

/** The type of what came out, which a patch may have changed. */
const resultSchema = (
  patched: unknown,
  {resource, schema}: PatchRequest,
): {schema: Schema; isOther: boolean} | string => {
  const {apiVersion, kind} = isObject(patched) ? patched : {}
  const named = {...splitApiVersion(String(apiVersion ?? '')), kind: String(kind ?? '')}
  if (named.group === resource.group && named.version === resource.version && named.kind === resource.kind)
    return {schema, isOther: false}
  if (named.kind === '') return "Object 'Kind' is missing in"
  const other = definitionOf(named)
  return other
    ? {schema: other, isOther: true}
    : `no kind ${JSON.stringify(named.kind)} is registered for version ${JSON.stringify(String(apiVersion))} in scheme "pkg/api/legacyscheme/scheme.go:30"`
}

const goName = ({name = ''}: Schema, from = -2): string => name.split('.').slice(from).join('.')

const finishCustom = (
  {schema}: PatchRequest,
  {patched, problems}: RawPatch,
  finish: (object: KubeObject, problems: readonly string[]) => Patched,
  complain: (problem: string) => never,
): Patched => {
  try {
    const decoded = decodeCustom<KubeObject>({value: patched}, schema)
    return finish(decoded.object, [...problems, ...decoded.problems])
  } catch (error) {
    if (error instanceof DecodeError) return complain(error.message)
    throw error
  }
}

/** Throws ApiError. */
export const applyPatch = (request: PatchRequest): Patched => {
  const result = raw(request)
  const complain = (problem: string): never => {
    throw invalidPatch(result.shown(), problem)
  }
  const finish = (object: KubeObject, problems: readonly string[]): Patched => {
    if (problems.length === 0 || request.fieldValidation === 'Ignore') return {object, warnings: []}
    if (request.fieldValidation === 'Strict') return complain(`strict decoding error: ${problems.join(', ')}`)
    return {object, warnings: problems}
  }
  if (!isObject(result.patched))
    return complain(
      `json: cannot unmarshal ${goTypeOf(result.patched)} into Go value of type ${goName(request.custom ? {type: 'any', name: 'map[string]interface {}'} : request.schema)}`,
    )
  if (request.custom) return finishCustom(request, result, finish, complain)
  const target = resultSchema(result.patched, request)
  if (typeof target === 'string')
    return complain(target.endsWith(' in') ? `${target} '${JSON.stringify(result.patched)}'` : target)
  try {
    const {object, problems} = decode<KubeObject>({value: result.patched}, target.schema)
    if (target.isOther)
      complain(`converting (${goName(target.schema)}) to (core.${request.resource.kind}): unknown conversion`)
    return finish(object, [...result.problems, ...problems])
  } catch (error) {
    if (error instanceof DecodeError) return complain(error.message)
    throw error
  }
}
